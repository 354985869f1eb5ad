package scenario

import (
	"errors"
	"reflect"
)

type reflectType = reflect.Type

var (
	stringsType = reflect.TypeFor[[]string]()
	errOpaque   = errors.New("facts have no other form")
)
