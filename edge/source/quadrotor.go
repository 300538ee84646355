package source

import (
	"math"
	"math/rand/v2"
)

// The drone that is simulated: 1.5 kg on two-bladed propellers of 10 inches, as kits of
// 450 mm are. Rotors are numbered as PX4 does for a quadrotor x: front right, rear left,
// front left, rear right; the first two turn anticlockwise, seen from above.
const (
	gravity      = 9.80665 // m/s²
	airDensity   = 1.225   // kg/m³
	mass         = 1.5     // kg
	inertiaXY    = 0.029   // kg m², about the axes forward and right
	inertiaZ     = 0.055   // kg m², about the axis down
	arm          = 0.166   // m from the centre to a rotor, forward and to the side
	mast         = 0.05    // m that rotors are above the centre of mass
	diameter     = 0.254   // m
	thrustFactor = 0.11    // of thrust = factor·density·(revolutions/s)²·diameter⁴, UIUC Propeller Database
	dragArm      = 0.0165  // m: a rotor's torque about its axis, by its thrust
	bladeMass    = 0.006   // kg
	motorLag     = 0.03    // s
	balance      = 0.04    // m/s: what mass is off the axis, by its speed: grade G40 of ISO 21940-11
)

// lift is a rotor's thrust by the square of its angular speed, N s².
const lift = thrustFactor * airDensity * diameter * diameter * diameter * diameter / (4 * math.Pi * math.Pi)

var (
	hover     = math.Sqrt(mass * gravity / 4 / lift)                              // rad/s of a healthy rotor
	rotorAt   = [4][2]float64{{arm, arm}, {-arm, -arm}, {arm, -arm}, {-arm, arm}} // forward, right
	rotorTurn = [4]float64{-1, -1, 1, 1}                                          // seen from below, as the axis down has it
	imuAt     = [3]float64{0.02, 0.01, -0.01}                                     // m from the centre of mass
	inertia   = [3]float64{inertiaXY, inertiaXY, inertiaZ}
)

// unbalance gives what a propeller has off its axis, in kg m, where the tip of one blade
// is gone by a share of its length: that part's mass, at its middle.
func unbalance(share float64) float64 {
	return share * bladeMass * diameter / 2 * (1 - share/2)
}

// efficiency gives the thrust that is left: along a blade it grows as the square of the
// speed there, so all of it as the cube of the length (blade element theory).
func efficiency(share float64) float64 {
	rest := 1 - share
	return (1 + rest*rest*rest) / 2
}

// quadrotor hovers. Axes are forward, right and down, as PX4's.
type quadrotor struct {
	random  *rand.Rand
	share   [4]float64 // of a blade that is gone, by rotor
	speed   [4]float64 // rad/s
	phase   [4]float64
	angle   [3]float64 // roll, pitch, yaw, all small
	rate    [3]float64 // rad/s
	held    [3]float64 // what the controller has learnt of the torques that are missing, N m
	gust    [3]float64 // torque of the air, N m
	wind    [3]float64 // acceleration by the air, m/s²
	sinking float64    // m/s
	lifted  float64    // what the controller has learnt of the thrust that is missing, N
}

func newQuadrotor(random *rand.Rand) *quadrotor {
	q := &quadrotor{random: random}
	for i := range q.speed {
		q.speed[i] = hover
		q.phase[i] = 2 * math.Pi * random.Float64()
	}
	return q
}

// step moves it on by dt seconds.
func (q *quadrotor) step(dt float64) {
	// A PID controller of the attitude and a PI one of the height, whose gains are
	// accelerations.
	var torque [3]float64
	for i := range torque {
		q.held[i] -= 8 * inertia[i] * q.angle[i] * dt
		torque[i] = q.held[i] - inertia[i]*(40*q.angle[i]+10*q.rate[i])
		q.gust[i] = q.wander(q.gust[i], 0.2*inertia[i], 0.5, dt)
		q.wind[i] = q.wander(q.wind[i], 0.1, 1, dt)
	}
	q.lifted += mass * q.sinking * dt
	collective := mass*gravity + q.lifted + 3*mass*q.sinking
	var got [3]float64
	var thrust float64
	for i, at := range rotorAt {
		// Thrust is up: on the right it rolls to the left, in front it pitches up.
		asked := (collective - torque[0]/at[1] + torque[1]/at[0] - torque[2]*rotorTurn[i]/dragArm) / 4
		q.speed[i] += (math.Sqrt(max(0, asked)/lift) - q.speed[i]) * dt / motorLag
		q.phase[i] = math.Mod(q.phase[i]+q.speed[i]*dt, 2*math.Pi)
		f := lift * efficiency(q.share[i]) * q.speed[i] * q.speed[i]
		thrust += f
		got[0] -= f * at[1]
		got[1] += f * at[0]
		got[2] -= f * dragArm * rotorTurn[i]
	}
	for i := range got {
		q.rate[i] += (got[i] + q.gust[i]) / inertia[i] * dt
		q.angle[i] += q.rate[i] * dt
	}
	q.sinking += (gravity - thrust/mass + q.wind[2]) * dt
}

// wander is a step of an Ornstein-Uhlenbeck process with a deviation and a memory in s.
func (q *quadrotor) wander(value, deviation, memory, dt float64) float64 {
	return value - value*dt/memory + deviation*math.Sqrt(2*dt/memory)*q.random.NormFloat64()
}

// imu gives what a gyroscope and an accelerometer read, in rad/s and m/s².
func (q *quadrotor) imu() (values [6]float64) {
	var thrust float64
	for i, speed := range q.speed {
		thrust += lift * efficiency(q.share[i]) * speed * speed
		for j, v := range vibration(i, speed, q.phase[i], unbalance(q.share[i])+2*bladeMass*balance/hover) {
			values[j] += v
		}
	}
	for i := range 3 {
		values[i] += q.rate[i] + gyroNoise*q.random.NormFloat64()
		values[3+i] += q.wind[i] + accelerometerNoise*q.random.NormFloat64()
	}
	values[5] -= thrust / mass // it feels the thrust and not gravity
	return values
}

// Noise of the sensors, as the recording of an AUAV X2.1 at rest has it at 250 Hz.
const (
	gyroNoise          = 0.001 // rad/s
	accelerometerNoise = 0.012 // m/s²
)

// vibration is what a rotor's unbalance adds to the IMU: a force that turns with the
// rotor, mass·radius·speed², and shakes the drone along and, as it acts above and beside
// the centre of mass, about its axes.
func vibration(rotor int, speed, phase, unbalance float64) (values [6]float64) {
	force, at, turn := unbalance*speed*speed, rotorAt[rotor], rotorTurn[rotor]
	sin, cos := math.Sincos(turn * phase)
	x, y := force*cos, force*sin
	angular := [3]float64{mast * y / inertiaXY, -mast * x / inertiaXY, (at[0]*y - at[1]*x) / inertiaZ}
	// The integrals of x and y over time are y and -x, by the angular speed.
	x, y = force*sin, -force*cos
	values[0] = mast * y / inertiaXY / (turn * speed)
	values[1] = -mast * x / inertiaXY / (turn * speed)
	values[2] = (at[0]*y - at[1]*x) / inertiaZ / (turn * speed)
	values[3] = force*cos/mass + angular[1]*imuAt[2] - angular[2]*imuAt[1]
	values[4] = force*sin/mass + angular[2]*imuAt[0] - angular[0]*imuAt[2]
	values[5] = angular[0]*imuAt[1] - angular[1]*imuAt[0]
	return values
}
