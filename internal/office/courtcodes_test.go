package office

import "testing"

// All codes in this test are invented.

// Where nothing can be masked, a code goes only where it is plainly a number.
func TestWhatIsPlainlyANumber(t *testing.T) {
	for code, plain := range map[string]bool{
		"KE-4102": true, "KFL-88": true, "000123": true, "L 3": true, "V1": true, "Room 2": true, "KBX 123A": true, "A": true, "box 4": true, "26/113": true,
		"ASHA-1": false, "Kim 1": false, "Ali 7": false, "BO-1": false, "Zoe1": false, "ZAWADI-1": false, "0712000111": false, "+254712000111": false,
		"Selam": false, "Selam bag 1": false, "Room Asha": false, "FICTIONAL/26/1": false, "": false,
	} {
		if isPlain(code) != plain {
			t.Errorf("%q is plainly a number: %v", code, !plain)
		}
	}
	for tool, want := range map[string]string{"Kipimo Tool 4.1": "Kipimo Tool 4.1", "rufaa-preview/2": "rufaa-preview/2", "Zawadi's scanner": "", "scanner of Zawadi": "", "Zawadi 0712000111": ""} {
		if got := exportedTool(tool).Name; got != want {
			t.Errorf("%q is told as %q", tool, got)
		}
	}
}
