package source

// OpenLine is openLine, for tests.
var OpenLine = openLine
