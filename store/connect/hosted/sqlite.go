//go:build !noembedded

package hosted

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite", the same that FerretDB uses
)

// FerretDB keeps each database in a SQLite file and each collection in a table of it; a table of its own names them.
const (
	fileExtension = ".sqlite"
	metadataTable = "_ferretdb_collections"
	documentField = "_ferretdb_sjson"
	recordIDField = "_ferretdb_record_id"
)

// openFile opens a file of FerretDB's a second time; it must exist. A lock of FerretDB's is waited for briefly.
func openFile(path string) (*sql.DB, error) {
	options := url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(2000)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// withFile calls f with a transaction on a file of FerretDB's, and commits it when f returns no error.
func withFile(ctx context.Context, path string, f func(*sql.Tx) error) (err error) {
	db, err := openFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// addIndex gives a collection's table an index that FerretDB's queries by _id can use.
//
// Its own unique index is on the expression _ferretdb_sjson->"_id", while its queries and updates compare
// _ferretdb_sjson->'$._id': to SQLite these are two different things, so that each of them scans the table. With this
// index, an update of many documents is linear in their number and no longer quadratic.
func addIndex(ctx context.Context, tx *sql.Tx, table string) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s->'$._id')",
		quote("_migrator_id_"+table), quote(table), documentField))
	return err
}

// quote makes a name into an SQL identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// queryStrings is the first column of a query's rows.
func queryStrings(ctx context.Context, tx *sql.Tx, query string, args ...any) (_ []string, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// prepareFiles makes the files in dir fit to be served, before FerretDB opens them: see prepareFile.
func prepareFiles(ctx context.Context, dir string, logger *slog.Logger) error {
	files, err := filepath.Glob(filepath.Join(dir, "*"+fileExtension))
	if err != nil {
		return err
	}
	for _, path := range files {
		name := filepath.Base(path)
		err := withFile(ctx, path, func(tx *sql.Tx) error { return prepareFile(ctx, tx) })
		if err != nil {
			return fmt.Errorf("prepare %s: %w", name, err)
		}
		logger.Debug("prepared the file of an embedded database", slog.String("file", name))
	}
	return nil
}
