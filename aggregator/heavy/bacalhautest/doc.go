// Package bacalhautest gives tests and benchmarks a real Bacalhau cluster: processes of the very
// release that the module pins, on loopback.
//
// Options flow in; a cluster whose nodes are alive and connected flows out, with a
// client to it and the means to kill and restart its nodes: Nodes by Open, or a
// test's Cluster by Start. The program is built
// from the nested module in folder node, so that the server's 700 dependencies
// stay out of Tadpole's own; it is built once a machine and kept in the user's
// cache. Nothing of it is for production.
package bacalhautest
