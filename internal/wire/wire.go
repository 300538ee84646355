// Package wire is what a device and the aggregator say to each other, and how it
// is framed: topics, message kinds, and the signed envelope (design, "The wire").
//
// Message structs flow in, signed CBOR frames flow out, and back. It knows
// nothing of brokers or connections, and imports no other package of the tree
// but key.
package wire
