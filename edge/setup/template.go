package setup

// Template is an edge.toml to start from. It is valid as it is, and sets up nothing.
const Template = `# What this device reads, runs, records and sends. tadpole-edge doctor checks it.
# Paths start at this file's directory. Names are of ASCII letters without spaces.

# Readings are kept on disk until all who want them have them. These values count when
# left out.
[buffer]
quota_mib = 64
commit_age = "5s"             # how long readings may wait in memory; shorter wears the flash more
# max_age = "720h"            # older ones are dropped

# Sensors, of the kinds csv, jsonl, command, hwmon, iio, mqtt, mavlink, nmea, modbus, drone (simulated).
# [[source]]
# name = "room"
# kind = "mqtt"
# url = "tcp://127.0.0.1:1883"
# topic = "hall/climate"
# values = ["temperature", "co2"]    # fields of the JSON, which become channels
# priority = "normal"                # low ones are dropped first, critical ones on disk at once
# [[source]]
# name = "logger"
# kind = "csv"
# path = "/var/log/logger.csv"
# time = "when"
# values = ["level"]
# follow = true                      # as it grows and is rotated, as tail -F does; left out: to its end
# [[source]]
# name = "autopilot"
# kind = "mavlink"                   # each message is a stream of its own: autopilot.attitude
# link = "udpin:127.0.0.1:14550"     # or a serial line's path
# messages = ["ATTITUDE", "BATTERY_STATUS"]
# latency = "50ms"                   # how late readings may be so that the processor wakes up for several at once; "0s" = for each
# [[source]]
# name = "meter"
# kind = "modbus"
# url = "rtu:///dev/ttyUSB0"
# registers = [{channel = "power", address = 52, type = "f32"}]
# [[source]]
# name = "gps"
# kind = "nmea"
# path = "/dev/ttyAMA0"

# WASM modules over what sources, or other jobs, read. What they make is a stream of their name.
# [[job]]
# name = "stuffy"
# module = "stuffy.wasm"             # signed by a signer of policy.toml's [modules]; or "builtin:threshold"
# input = ["room"]
# channels = ["level"]               # of what it makes
# live = true                        # as readings come; left out: once they are on disk, and each once
# [[job]]
# name = "hourly"
# module = "hourly.wasm"
# input = ["room"]
# channels = ["mean", "max"]
# window = {size = "1h", lateness = "1m"}   # run once a window; or slide = "10m", or gap = "5m" for sessions
# [[job]]
# name = "nightly"
# module = "nightly.wasm"
# input = ["room"]
# channels = ["max"]
# at = "03:30"                       # UTC, over what came since it ran last; or every = "15m", at :00, :15 and so on.
#                                    # Until then readings wait: quota_mib must hold them

# What federations may train on, if policy.toml says so: rows of features, recorded by this device.
# [[dataset]]
# name = "occupancy"
# source = "room"
# window = {size = "1m"}             # left out: a row a reading
# features = ["temperature", "std(co2)"]    # last, first, mean, std, min, max, range, rms, delta or count
# center = [20.0, 0.0]               # (value - center) / scale, the same on all devices of a federation
# scale = [5.0, 100.0]
# quota_mib = 16

# What it signs a minute, for the server to compare with its neighbours of the group.
# [[quantity]]
# name = "air_temperature"
# source = "room"
# feature = "mean(temperature)"
# window = {size = "1m"}
# group = "hall-3"
# unit = "degC"

# When jobs and training wait.
# [power]
# battery_floor = 25                 # percent
# battery = "autopilot.battery_status.battery_remaining"    # left out: what the kernel tells
# max_temperature = 75               # degrees Celsius
# duty = 0.5                         # share of the time
# on_battery = "wait"                # left out: it works

# Where readings go: a file, a command's standard input, or a broker. Each comes once, in order.
# [[sink]]
# name = "cloud"
# kind = "mqtt"
# url = "ssl://broker.example:8883"
# topic = "site-7/{source}"
# input = ["hourly", "meter"]
`
