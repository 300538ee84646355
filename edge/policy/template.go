package policy

// Template is a policy.toml to start from. It is valid as it is, and opens
// nothing.
const Template = `# Which jobs may use this device's data. Whatever is not allowed here is refused.
# Only you write this file: no federation can change it.

# Who is paid for the use of the data. Left out: the device's own address.
# owner = "0x0000000000000000000000000000000000000001"

# What any one job may use. These are the values that count when left out.
[limits]
memory_mib = 64
deadline = "10m"
output_mib = 16
# fuel = 1_000_000_000_000    # units of work, the same on every device; left out: what the deadline leaves time for

# Data, under the name that federations ask for. Paths start at this file's
# directory; CSV, safetensors, .npy and IDX (MNIST) files are known by their names.
# [[dataset]]
# name = "vibration"
# features = "vibration.csv"
# labels = "fault"            # a column, or the path of a file of labels
# [[dataset]]
# name = "occupancy"
# recorded = true             # by this device: edge.toml says of which source

# Who may use them. The first [[allow]] that matches counts, and it alone.
# [[allow]]
# federation = "factory-*"    # * stands for any letters but a slash
# dataset = "vibration"
# module = "any"              # or the SHA-256 of the one module you looked at
# per_day = 24                # in any 24 hours; 0 or left out: no limit
# min_interval = "30m"        # between two runs
# outputs = ["update.bin", "metrics.bin"]  # files that may leave the device

# Whose modules may run over this device's sensors, as edge.toml sets up. Left out: those
# that came with the device's binary only.
# [modules]
# signers = ["ed25519:59cc3c858d328987ad0dca7de9834b28733a79fcff8a14fc1645089312f1811d"]  # who vouches for them, as tadpole job keygen prints; put your own here
# unsigned = false            # true: any module; for a desk, not for a field

# What you grant to those who pay. Left out: your data stays on the device, and
# federations that must be able to check your updates leave it out.
# [market]
# max_collateral = "1"        # coins that you will stake for one federation
# mediators = ["age1..."]     # who may see your data when an update is checked, encrypted to them
# How an update is checked where federations let you choose. Left out: "disclose", by data that
# mediators see; "canary": by data made of a seed; or by your second device, which has a copy:
# check = "second-device"
# second_device = "0x0000000000000000000000000000000000000002"
# second_device_of = ["0x0000000000000000000000000000000000000001"]  # in that one's policy

# Tasks that this device is too small for. Left out: it refuses them, and data stay here.
# [heavy]
# providers = ["age1..."]     # who may see your data to run a task for you, encrypted to them
# What they find you sign as your own: if you are paid for updates, your collateral answers for it.
# Where the server buys tasks in the market, one of these providers runs each. The data
# are encrypted to all of them, and to mediators who may run it again (64 in all):
# mediators = ["age1..."]     # three or more of the market's, or no task is bought
`
