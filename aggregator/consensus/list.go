package consensus

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/aggregator/store"
)

// ErrUnknown says that there is no such verdict, or not any more.
var ErrUnknown = errors.New("no such verdict")

// List gives the latest verdicts with their evidence, the newest first, of one group or, if
// it is "", of all; at most limit.
func (s *Collector) List(group string, limit int) (list []Evidence, err error) {
	err = s.config.Store.View(func(tx *store.Tx) error {
		var places []string // numbers have gaps, so that the latest are sought among all
		err := store.Each(tx, bucketNumbers, func(_ string, k string) error {
			if group == "" || strings.HasPrefix(k, group+" ") {
				places = append(places, k)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, k := range places[max(0, len(places)-limit):] {
			var e Evidence
			if found, err := tx.Get(bucketVerdicts, k, &e); err != nil {
				return err
			} else if found {
				list = append(list, e)
			}
		}
		return nil
	})
	slices.Reverse(list)
	return list, err
}

// Find gives the evidence whose root begins with some hex digits.
func (s *Collector) Find(root string) (e Evidence, err error) {
	root = strings.ToLower(root)
	var places []string
	err = s.config.Store.View(func(tx *store.Tx) error {
		err := store.EachFrom(tx, bucketRoots, root, func(at string, k string) (bool, error) {
			if strings.HasPrefix(at, root) {
				places = append(places, k)
			}
			return strings.HasPrefix(at, root) && len(places) < 2, nil
		})
		if err != nil || len(places) != 1 {
			return err
		}
		_, err = tx.Get(bucketVerdicts, places[0], &e)
		return err
	})
	switch {
	case err != nil:
		return e, fmt.Errorf("find verdict %.64q: %w", root, err)
	case len(places) == 0:
		return e, fmt.Errorf("%w: no root begins with %.64q", ErrUnknown, root)
	case len(places) > 1:
		return e, fmt.Errorf("%w: more than one root begins with %.64q", ErrUnknown, root)
	}
	return e, nil
}
