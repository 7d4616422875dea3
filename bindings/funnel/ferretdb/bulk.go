package ferretdb

import (
	"context"
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
)

// splitUpdates sends the updates of a Bulk one by one. More than a few in one command make FerretDB hang for good (see
// maxUpdates); and where one of them fails, it does not say what became of the others, and stops an unordered Bulk.
// Inserts and deletes that stand together stay together.
func splitUpdates(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		bulk, ok := op.Request.(*funnel.Bulk)
		if !ok || op.Spelled != nil {
			result, err := next.Do(ctx, op)
			return result, duplicateOf(op, err)
		}
		s := splitting{next: next, op: op, bulk: bulk}
		return s.run(ctx)
	})
}

// splitting is a Bulk on its way in pieces.
type splitting struct {
	next   funnel.Doer
	op     *funnel.Operation
	bulk   *funnel.Bulk
	result funnel.Result
	failed mongo.BulkWriteException
	other  error // the last failure that is not about single writes
}

func (s *splitting) run(ctx context.Context) (*funnel.Result, error) {
	for start := 0; start < len(s.bulk.Writes); {
		end := s.pieceFrom(start)
		s.send(ctx, start, end)
		if stop := s.other != nil || len(s.failed.WriteErrors) > 0; stop && (!s.bulk.Unordered || ctx.Err() != nil) {
			break
		}
		start = end
	}
	if s.other != nil {
		return &s.result, s.other
	}
	if len(s.failed.WriteErrors) > 0 || s.failed.WriteConcernError != nil {
		return &s.result, s.failed
	}
	return &s.result, nil
}

// pieceFrom is the end of the piece that begins at start: one update, or the inserts and deletes up to the next one.
func (s *splitting) pieceFrom(start int) int {
	if isUpdate(s.bulk.Writes[start].Kind) {
		return start + 1
	}
	end := start + 1
	for end < len(s.bulk.Writes) && !isUpdate(s.bulk.Writes[end].Kind) {
		end++
	}
	return end
}

func isUpdate(k funnel.WriteKind) bool {
	return k == funnel.UpdateOne || k == funnel.UpdateMany || k == funnel.Replace
}

// send sends the writes from start to end and adds what came of them to the whole.
func (s *splitting) send(ctx context.Context, start, end int) {
	piece := *s.bulk
	piece.Writes = s.bulk.Writes[start:end]
	op := *s.op
	op.Request = &piece
	result, err := s.next.Do(ctx, &op)
	s.result.Written.Add(result.Written, int64(start))

	err = duplicateOf(&op, err)
	var failed mongo.BulkWriteException
	switch {
	case err == nil:
	case errors.As(err, &failed):
		for _, e := range failed.WriteErrors {
			e.Index += start
			s.failed.WriteErrors = append(s.failed.WriteErrors, e)
		}
		s.failed.Labels = append(s.failed.Labels, failed.Labels...)
		if failed.WriteConcernError != nil {
			s.failed.WriteConcernError = failed.WriteConcernError
		}
	default:
		s.other = err
	}
}

// duplicateOf makes the internal error, which FerretDB reports where an update or a new index would break a unique
// index, into the duplicate key error that MongoDB reports.
func duplicateOf(op *funnel.Operation, err error) error {
	var command mongo.CommandError
	if !errors.As(err, &command) || command.Code != funnel.InternalError {
		return err
	}
	if !strings.Contains(command.Message, "UNIQUE constraint failed") {
		return err
	}
	message := "E11000 duplicate key error collection: " + op.Database + "." + op.Collection
	if index := quotedIndex(command.Message); index != "" {
		message += " index: " + index
	}
	if bulk, ok := op.Request.(*funnel.Bulk); ok && len(bulk.Writes) == 1 && op.Spelled == nil {
		failed := mongo.WriteError{Code: funnel.DuplicateKey, Message: message}
		return mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{{WriteError: failed}}}
	}
	return mongo.CommandError{Code: funnel.DuplicateKey, Name: "DuplicateKey", Message: message, Labels: command.Labels}
}

// quotedIndex is the name of the index in FerretDB's message, "… failed: index 'users_email_1_…' (2067)".
func quotedIndex(message string) string {
	_, rest, ok := strings.Cut(message, "index '")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "'")
	return name
}
