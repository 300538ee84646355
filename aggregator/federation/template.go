package federation

// Template is a federation.toml with every field explained, for `tadpole init`.
// Every value that it gives in a comment is the default.
const Template = `# A federation: one model, trained over the devices of a fleet.
# Check it with:  tadpole run --check federation.toml

name = "mnist-2nn"          # a-z, 0-9 and -
seed = 1                    # decides the first model, selection, shuffling and rounding

[model]
preset = "2nn"              # McMahan et al. 2017: "2nn" or "cnn". Or give all of:
# input = [28, 28, 1]       # [n], or [height, width, channels]
# layers = [
#   {type = "conv2d", filters = 32, kernel = 5, padding = "same"},   # or "valid"
#   {type = "relu"},
#   {type = "maxpool2d", size = 2},
#   {type = "dense", units = 10},
# ]
# loss = "softmax-cross-entropy"   # or "mse": of targets, or without any of the input itself

[data]
dataset = "mnist"           # its name in the devices' policy.toml
scale = 0.00392156862745098 # features become x * scale + shift; 1/255 for bytes
# shift = 0.0

[training]                  # on each device
epochs = 1
batch = 10                  # samples a step; 0 = all that the device has
learning_rate = 0.2
# momentum = 0.0
# weight_decay = 0.0
# clip_norm = 0.0           # of a batch's gradient; 0 = none
# max_samples = 1048576     # a device with more is not asked
# memory_mib = 256          # that the job may use
# heavy = "auto"            # a device too small for it hands it to the server's cluster, or to a provider that the
                            # server pays (tadpole up --solver), if its owner allows; "always": every device does

[strategy]
name = "fedavg"             # fedavg, fedprox, fedavgm, fedadagrad, fedadam, fedyogi
# server_rate = 1.0         # 0.01 for the adaptive ones
# momentum = 0.9            # fedavgm
# beta1 = 0.9               # fedadam, fedyogi
# beta2 = 0.99              # fedadam, fedyogi
# tau = 0.001               # fedadagrad, fedadam, fedyogi
# proximal = 0.01           # fedprox

[cohort]
size = 10                   # updates that make a round
# minimum = 10              # that make one at the deadline
# over_selection = 1.3      # devices asked per update needed
# deadline = "10m"          # for training and upload
# patience = "30s"          # to wait for more than the minimum to be online

[stop]                      # at whichever comes first
rounds = 100
# target_accuracy = 0.97

[evaluation]                # of each new model, on files of this machine
# features = "t10k-images-idx3-ubyte.gz"   # idx, .npy, .csv or .safetensors, .gz or not
# labels = "t10k-labels-idx1-ubyte.gz"     # a file, or the name of a .csv's column
# every = 1                 # rounds

[update]
# bits = 16                 # a parameter: 8, 16 or 32
# scale_bits = 24           # the finest unit is 2^-24

[folding]                   # of updates into a sum, which is the same wherever it is done
# shards = 0                # jobs on the server's Bacalhau cluster (tadpole up --bacalhau), for
#                           # many large updates; 0 = on the server, as updates come in
# replicas = 1              # nodes that run each of them and must agree
# deadline = "10m"          # for the cluster; then the server does it

[fees]                      # in the chain's own coin; without per_update there are none
# per_update = "0.001"      # to the owner of each device whose update is accepted
# budget = "1"              # escrowed at the start
# check_rate = 0.05         # share of the updates that mediators re-execute
# collateral_multiple = 2.0 # of the least collateral that makes cheating a loss
# mediators = 3             # that re-execute each drawn update
# check_fee = "0.001"       # to each of them
# checks = ["disclose"]     # how, as owners choose: data opened to mediators proves the most;
#                           # also "second-device" of the owner, and "canary" data
# challenge_window = "1h"   # in which a round can be disputed
# project = ""              # on the public-goods list: pays no protocol fee
`
