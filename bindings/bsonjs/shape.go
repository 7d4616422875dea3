package bsonjs

import (
	"hash/maphash"
)

// What is kept of shapes is bounded: with more of them, the documents of the script have little in common, and one of
// very many fields has keys that are data, which the next document will not share.
const (
	maxShapes = 512
	maxFields = 256
)

// shape is what documents with the same fields in the same order share: the work of indexing the first one. It is
// never changed once it is made.
type shape struct {
	header string         // type, name and NUL of each element
	names  []string       // of each element, marked with its type
	keys   []string       // the same without repetition, which is what a script sees
	index  map[string]int // the first element of each name
}

// twice reports whether a name occurs more than once.
func (s *shape) twice() bool { return len(s.keys) != len(s.names) }

// shapes are the shapes that were met, by the hash of their header.
type shapes struct {
	seed  maphash.Seed
	known map[uint64]*shape
}

// of indexes a document: its shape, and where each element starts; the last position is where they end. It is false if
// the document is damaged.
func (s *shapes) of(raw []byte, n *names) (*shape, []uint32, bool) {
	if s.known == nil {
		s.known, s.seed = map[uint64]*shape{}, maphash.MakeSeed()
	}
	at := make([]uint32, 0, 16)
	hash, pos := uint64(0), lengthSize
	for {
		at = append(at, uint32(pos))
		e, ok := elementAt(raw, pos)
		if !ok {
			break
		}
		hash = hash*31 + maphash.Bytes(s.seed, raw[pos:pos+1+len(e.name)+1])
		pos = e.end
	}
	if !wellEnded(raw, pos) {
		return nil, nil, false
	}
	if known := s.known[hash]; known != nil && known.fits(raw, at) {
		return known, at, true
	}
	fresh := newShape(raw, at, n)
	if len(fresh.names) <= maxFields {
		if len(s.known) >= maxShapes {
			clear(s.known)
		}
		s.known[hash] = fresh
	}
	return fresh, at, true
}

// fits reports whether the elements of raw that start at those positions have the types and names of the shape.
func (s *shape) fits(raw []byte, at []uint32) bool {
	if len(s.names) != len(at)-1 {
		return false
	}
	header := s.header
	for i, name := range s.names {
		size := 1 + len(name) + 1
		start := int(at[i])
		if start+size > len(raw) || string(raw[start:start+size]) != header[:size] {
			return false
		}
		header = header[size:]
	}
	return true
}

func newShape(raw []byte, at []uint32, n *names) *shape {
	count := len(at) - 1
	s := &shape{names: make([]string, count), index: make(map[string]int, count)}
	header := make([]byte, 0, 16*count)
	for i := range count {
		e, _ := elementAt(raw, int(at[i]))
		header = append(append(append(header, byte(e.typ)), e.name...), 0)
		name := n.mark(e.name, e.typ)
		s.names[i] = name
		if _, again := s.index[name]; !again {
			s.index[name] = i
			s.keys = append(s.keys, name)
		}
	}
	s.header = string(header)
	return s
}
