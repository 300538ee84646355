package source

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Drone is a simulated quadrotor that hovers, for demonstrations without one: what it
// gives is no measurement. Its channels are gyro_x, gyro_y, gyro_z in rad/s, accel_x,
// accel_y, accel_z in m/s², forward, right and down, and rotor_fault, 1 while a rotor is
// damaged and otherwise 0.
//
// Modelled are a rigid body of small angles whose four rotors, which lag, an attitude
// controller drives against gusts; rotors that are never in balance, and the noise of a
// MEMS IMU that is not at the centre of mass. A damaged rotor has lost the tip of one
// blade: it gives less thrust, so the controller lets it turn faster, and shakes the drone
// at its frequency. Not modelled are flight from place to place, harmonics, resonances
// of the frame and the aerodynamics of the broken blade. Forces on the body are those of
// Mahony, Kumar and Corke, "Multirotor Aerial Vehicles", IEEE RAM 19(3), 2012.
//
// On one architecture, the same seed gives the same bits.
type Drone struct {
	Name     string
	Seed     uint64
	Rate     float64       // readings a second; 0 = 250, at least 200, or rotors would seem slower than they are
	Duration time.Duration // 0 = for ever
	Begin    int64         // time of the first reading, nanoseconds since 1970; 0 = when Run begins
	Speed    float64       // of its time, 2 = twice as fast as ours; +Inf = as fast as it goes; 0 = 1
	Latency  time.Duration // how late readings may be, so that several come at once
	Fault    RotorFault
}

// RotorFault is damage to one rotor.
type RotorFault struct {
	Rotor    int           // 0 front right, 1 rear left, 2 front left, 3 rear right
	Severity float64       // share of a blade's length that has broken off, up to 0.3; 0 = no fault
	After    time.Duration // since the first reading
}

var droneChannels = []string{"gyro_x", "gyro_y", "gyro_z", "accel_x", "accel_y", "accel_z", "rotor_fault"}

// HoverRate is how fast the rotors of a Drone turn, in revolutions a second, while none
// is damaged and no gust blows.
func HoverRate() float64 { return hover / (2 * math.Pi) }

// drone is an open Drone.
type drone struct{ Drone }

func (f RotorFault) validate() error {
	if f.Rotor < 0 || f.Rotor > 3 || !(f.Severity >= 0 && f.Severity <= 0.3) || f.After < 0 {
		return fmt.Errorf("fault of %v of rotor %d after %v: want 0 to 0.3, 0 to 3, and a time", f.Severity, f.Rotor, f.After)
	}
	return nil
}

// Open checks what it is told.
func (d Drone) Open() (Source, error) {
	err := errors.Join(reading.Reading{Source: d.Name}.Validate(), d.Fault.validate())
	if d.Rate == 0 {
		d.Rate = 250
	}
	if d.Speed == 0 {
		d.Speed = 1
	}
	if !(d.Rate >= 200 && d.Rate <= 10_000) || !(d.Speed > 0) || d.Duration < 0 || d.Latency < 0 {
		err = errors.Join(err, fmt.Errorf("rate %v, speed %v, duration %v, latency %v: want 200 to 10000, and above 0", d.Rate, d.Speed, d.Duration, d.Latency))
	}
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", d.Name, err)
	}
	return &drone{d}, nil
}

// Channels names what Drone documents.
func (d *drone) Channels() []string { return droneChannels }

// Skipped is 0.
func (d *drone) Skipped() uint64 { return 0 }

// Run flies from the beginning, for Duration.
func (d *drone) Run(ctx context.Context, emit func(reading.Reading) error) error {
	q := newQuadrotor(rand.New(rand.NewPCG(d.Seed, 0)))
	steps := int(math.Ceil(1000 / d.Rate)) // of a millisecond, so that the controller is stable
	start, began := d.Begin, time.Now()
	if start == 0 {
		start = began.UnixNano()
	}
	for n := 0; ; n++ {
		since := time.Duration(float64(n) / d.Rate * 1e9)
		if d.Duration > 0 && since >= d.Duration {
			return nil
		}
		r := reading.Reading{Source: d.Name, Time: start + int64(since), Values: make([]float64, len(droneChannels))}
		if d.Fault.Severity > 0 && since >= d.Fault.After {
			q.share[d.Fault.Rotor] = d.Fault.Severity
			r.Values[6] = 1
		}
		for range steps {
			q.step(1 / d.Rate / float64(steps))
		}
		imu := q.imu()
		copy(r.Values, imu[:])
		// From the beginning, not from the last: otherwise delays add up.
		if err := until(ctx, began.Add(time.Duration(float64(since)/d.Speed)), d.Latency); err != nil {
			return err
		}
		if err := emit(r); err != nil {
			return err
		}
	}
}

// Mix gives a copy of the rows of a recorded IMU in which the fault of a Drone's rotor
// shakes that IMU as well, from After the first row on; rows before are as they were.
// The columns say which of their values are gyro x, y, z in rad/s and accelerometer x, y,
// z in m/s². What is added is the damage alone, at a rate that wanders by one percent
// about that of a damaged rotor in hover: how the recorded drone's own rotors turned, a
// recording does not say.
func (f RotorFault) Mix(rows []reading.Reading, columns [6]int, seed uint64) ([]reading.Reading, error) {
	if err := f.validate(); err != nil {
		return nil, err
	}
	q := newQuadrotor(rand.New(rand.NewPCG(seed, 0)))
	rate, phase, wander := hover/math.Sqrt(efficiency(f.Severity)), q.phase[f.Rotor], 0.0
	mixed := make([]reading.Reading, len(rows))
	for i, r := range rows {
		for _, column := range columns {
			if column < 0 || column >= len(r.Values) {
				return nil, fmt.Errorf("mix a fault into row %d of %d values: it has no column %d", i, len(r.Values), column)
			}
		}
		mixed[i] = reading.Reading{Source: r.Source, Time: r.Time, Values: append([]float64(nil), r.Values...)}
		if i > 0 {
			dt := min(max(0, float64(r.Time-rows[i-1].Time)/1e9), 0.1) // what was not recorded did not happen
			wander = q.wander(wander, 0.01*rate, 1, dt)
			phase = math.Mod(phase+(rate+wander)*dt, 2*math.Pi)
		}
		if f.Severity == 0 || r.Time-rows[0].Time < int64(f.After) {
			continue
		}
		shake := vibration(f.Rotor, rate+wander, phase, unbalance(f.Severity))
		for j, column := range columns {
			mixed[i].Values[column] += shake[j]
		}
	}
	return mixed, nil
}
