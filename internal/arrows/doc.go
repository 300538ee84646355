// Package arrows has no code: its test states which way imports may point, and
// which package alone may name each heavy dependency.
package arrows
