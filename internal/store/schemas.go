package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Schemas lists the schemas of a PostgreSQL database that begin with a prefix,
// by name. It is how realms are found where no data folder is at hand.
func Schemas(ctx context.Context, url, prefix string) ([]string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, explain(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT schema_name FROM information_schema.schemata WHERE starts_with(schema_name, $1) ORDER BY schema_name`, prefix)
	if err != nil {
		return nil, explain(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("store: list schemas: %w", explain(err))
	}
	return names, nil
}
