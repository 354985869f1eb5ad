// Package bundletest reads bundles in tests as any tool reads a zip.
package bundletest
