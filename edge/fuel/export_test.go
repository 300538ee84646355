package fuel

// MeterEverywhere is Meter with every operation's NaNs made canonical on the spot.
func MeterEverywhere(module []byte) ([]byte, error) { return meter(module, Options{}, true) }
