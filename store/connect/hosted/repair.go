//go:build !noembedded

package hosted

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// prepareFile undoes what a process that was killed has left half done, and gives every table its index.
//
// FerretDB creates and drops collections in several steps, without a transaction. Killed between two of them, it
// leaves a file that it cannot open (without its metadata table), a collection that can never be created (its table
// exists, its name does not), or one that accepts the same _id twice (its unique index is missing). In each of these
// states nothing has been acknowledged to a client, or a drop was under way, so to go back is right.
func prepareFile(ctx context.Context, tx *sql.Tx) error {
	tables, err := queryStrings(ctx, tx,
		"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
	if err != nil {
		return err
	}
	if !slices.Contains(tables, metadataTable) {
		if len(tables) > 0 {
			return fmt.Errorf("this SQLite file was not made by the embedded database")
		}
		return createMetadata(ctx, tx)
	}
	if err := dropUnindexed(ctx, tx); err != nil {
		return err
	}
	named, err := queryStrings(ctx, tx, "SELECT table_name FROM "+metadataTable)
	if err != nil {
		return err
	}
	for _, table := range tables {
		switch {
		case table == metadataTable:
		case slices.Contains(named, table):
			err = addIndex(ctx, tx, table)
		default:
			err = dropOrphan(ctx, tx, table)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// createMetadata makes FerretDB's table of collections in a file that has no table at all.
func createMetadata(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "CREATE TABLE "+metadataTable+" ("+
		"name TEXT NOT NULL UNIQUE CHECK(name != ''), "+
		"table_name TEXT NOT NULL UNIQUE CHECK(table_name != ''), "+
		"settings TEXT NOT NULL CHECK(settings != '')"+
		") STRICT")
	return err
}

// dropUnindexed forgets the collections whose settings were never filled in, which is done once the unique index on _id
// exists. Their tables, if they are empty as they must be, are orphans then.
func dropUnindexed(ctx context.Context, tx *sql.Tx) error {
	tables, err := queryStrings(ctx, tx, "SELECT table_name FROM "+metadataTable+" WHERE settings = '{}'")
	if err != nil {
		return err
	}
	for _, table := range tables {
		documents, err := queryStrings(ctx, tx, "SELECT 1 FROM "+quote(table)+" LIMIT 1")
		if err != nil {
			return err
		}
		if len(documents) > 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+metadataTable+" WHERE table_name = ?", table); err != nil {
			return err
		}
	}
	return nil
}

// dropOrphan drops a table that no collection has. A table that does not look like FerretDB's is left alone.
func dropOrphan(ctx context.Context, tx *sql.Tx, table string) error {
	columns, err := queryStrings(ctx, tx, "SELECT name FROM pragma_table_info(?) ORDER BY name", table)
	if err != nil {
		return err
	}
	plain, capped := []string{documentField}, []string{recordIDField, documentField}
	if !slices.Equal(columns, plain) && !slices.Equal(columns, capped) {
		return nil
	}
	_, err = tx.ExecContext(ctx, "DROP TABLE "+quote(table))
	return err
}
