// Package blob keeps contents that are too large for an event: files, in
// sealed pieces, on a shelf (a folder, or a bucket by URL).
//
// It owns the tables blobs and blob_pieces, the shelf's form, and the running
// state of an upload. It may import store and vault; what a content is, who
// may read it and why it is kept is a room's business.
//
// It keeps true:
//
//   - A content is sealed from its first byte: nothing of it reaches the disk
//     in the clear, and its key (vault, subject "file/<id>") is its own.
//     Destroying the key makes every piece unreadable at once.
//   - A piece opens only as the n-th piece, at its offset, of its own content.
//     The rows say how many there are, so that neither a swap nor a missing
//     end goes unseen.
//   - What Append has acknowledged is durable: pieces are flushed before the
//     row that counts them. What is not counted is no part of the content.
//   - One writer at a time. A second one in this process gets ErrBusy; on
//     another server the one that comes second loses its pieces, never the
//     content.
//   - The hashes run over what was sent, in order, and their state is kept,
//     sealed, with every acknowledged piece: a killed server goes on hashing
//     where it stopped.
//   - Memory does not grow with the content: a few buffers of PieceSize.
//
// A piece is nonce, ciphertext and tag of AES-256-GCM. Its associated data is
// "rufaa/blob/1", then as 64-bit big-endian numbers its place n and its offset
// in bytes, then the id. The sum of a content is SHA-256 over, for each piece
// in order, n and length as 64-bit numbers and SHA-256 of the sealed piece.
package blob
