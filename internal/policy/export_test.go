package policy

// EveryStanding gives the standings that are asked about an action.
var EveryStanding = everyStanding
