// Package storetest lets every room run its tests on both engines, against
// the real thing: a SQLite file and a throw-away PostgreSQL cluster.
//
// It owns the cluster: made on first use, one for each test binary, as an
// unprivileged user, reachable through a Unix socket only. It commits as in real
// use, but for fsync: only a power cut would tell the difference. A cluster of a
// test's own, to be stopped and crashed, has fsync on. It imports store alone and
// is imported by tests alone.
//
// It keeps true:
//
//   - Every Open gives an empty database of its own; tests may run side by side.
//   - Neither a postgres process nor its files outlive the test binary, however
//     that ends: a signal from the kernel stops the server when its parent
//     dies, and a watcher process removes the files.
//   - A machine without PostgreSQL fails the test and says what to install;
//     it never passes by skipping.
//
// A server that runs already may be given in RUFAA_TEST_POSTGRES (a
// postgres:// URL of a role that may create schemas); tests that stop and
// start the server start a cluster of their own all the same.
package storetest
