package wire

// Kind names what a message is about; it is the last level of its topic. A
// receiver answers a kind that it does not know with an Error message.
type Kind string

// What a device sends.
const (
	KindStatus    Kind = "status"    // retained, with a last will: "online" or "offline", not signed
	KindHello     Kind = "hello"     // Hello, at every connect
	KindOffer     Kind = "offer"     // Offer of a finished update
	KindRefuse    Kind = "refuse"    // Refuse a task
	KindRenew     Kind = "renew"     // Renew the TLS certificate
	KindJoined    Kind = "joined"    // Joined answers a Join
	KindDisclosed Kind = "disclosed" // Disclosed answers a Disclose
	KindHandOver  Kind = "handover"  // HandOver of a task that is too heavy for the device
	KindAttest    Kind = "attest"    // attestation.Message: what it measured
	KindReported  Kind = "reported"  // Reported: how the device is set up
)

// What the aggregator sends.
const (
	KindWelcome     Kind = "welcome"     // Welcome answers a Hello: the server's time
	KindTask        Kind = "task"        // Task to train
	KindCancel      Kind = "cancel"      // Cancel a task
	KindReceipt     Kind = "receipt"     // Receipt for an accepted update
	KindReject      Kind = "reject"      // Reject an update, with the reason
	KindCertificate Kind = "certificate" // Certificate answers a Renew
	KindJoin        Kind = "join"        // Join a federation that pays
	KindDisclose    Kind = "disclose"    // Disclose data to the mediators drawn for a check
	KindHandBack    Kind = "handback"    // HandBack answers a HandOver when the task has run
	KindAttested    Kind = "attested"    // attestation.Answer to an Attest
	KindDesired     Kind = "desired"     // Desired: how the device is to be set up
)

// What both send.
const (
	KindWant  Kind = "want"  // Want chunks of a blob
	KindChunk Kind = "chunk" // one chunk, which its hash in the manifest authenticates
	KindError Kind = "error" // Error about a message that was not understood
)
