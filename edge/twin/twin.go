// Package twin lets the fleet set a device up from afar, and the device undo it.
//
//	desired -> modules fetched -> checked -> switch -> trial -> applied
//	                                 \-> refused          \-> rolled back
//
// What the server desires flows in, the operator's own file beside it; merged setups flow
// out to be run, and reports to the server. A Machine decides, purely; a Keeper has the
// clock, the disk and the modules. Each transition is one record in the journal before
// anything is done about it: killed at any instant, the device runs either the old setup
// or the new one, as a whole.
//
// A new version must prove within its trial that the device still reaches the server, and
// that what it brought works; else the last good setup runs again, and that version is not
// tried any more. Starting again and again does not help it: three starts end a trial.
//
// What is set from afar cannot name a program to be run: a source or sink that is one has its
// command in the operator's file. Modules run in the sandbox, as any job does.
//
// The operator's file always has the last word: in a table that both sides have, the file
// wins for the keys that it names, and the report says which. Mistakes are told with their
// lines in the text that they are in.
package twin
