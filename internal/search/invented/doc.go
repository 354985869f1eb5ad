// Package invented makes up people for measuring how well names are found:
// common given names of Swahili, Somali, Ethiopian and Arabic origin with the
// spellings they are met in, put together at random. All of them are invented,
// and any likeness to a living person is chance. It imports nothing of Rufaa
// and is imported by tests only.
package invented
