// Package scene owns a scene of an inquiry: a victim, a suspect, premises, a
// vehicle, documents, devices or an online place, from the first officer on
// the spot until it is released.
//
// A scene is a stream "scene/<id>" (events.go) that folds into a State.
// Commands are plain structs; each has a pure decide. It may import inquiry
// (Load, Admitted), policy, realm and the floors below. The rooms of exhibits,
// files and hearings build on Load, Admitted, State and Apart; exhibits ask Pack
// before they are packed, and tell what lies where (KeepApartFrom). Which photo
// may be drawn on, and which exhibit or file is of a scene, the rooms beside it
// answer (Beside).
//
// It keeps true:
//
//   - A scene is seen by the team of its inquiry and by those who have a role
//     at it; to everybody else it is not there.
//   - Victims and suspects are handled by different people and never share a
//     vehicle, a room or an exhibit container, at no time and at no two scenes
//     of one inquiry: every contact leaves a trace. It holds persons against
//     persons, things against things, and each against the other in a vehicle,
//     within the transaction that records it. Who must be kept apart from
//     whom is data (content/scene.yaml); that victim and suspect must be is
//     checked at start. The rule gives way to a written reason only, with a
//     second person told at once and a line in the oversight list.
//   - The scene log counts who enters and who leaves; nobody leaves who did
//     not enter, and a scene is released with everybody out.
//   - Times come twice: the server's, and the device's where it tells one. A
//     device whose clock is wrong is named, never corrected.
//   - A sketch that stands on a photo names the file and its digest; points are
//     parts of its width and height. The photo is of this scene and may be seen
//     by who draws. When it is gone the lines stay.
//   - A guided step is done, or skipped with a reason. It names by id what it led
//     to, all of it of this scene, or says why there is nothing. What past cases hinged
//     on is answered found, looked for and not found, or not looked for and why. What it
//     led to later is added beside it, and nothing of what was told is rewritten.
//
// The address and the point of a scene are sealed as "inquiry", not as
// "whereabouts": they are where something happened, needed by investigators
// who must never open where a person now stays, and a court bundle that leaves
// whereabouts out must still be able to say where the scene was.
package scene
