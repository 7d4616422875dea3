package connect

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Kind is what answers at an address.
type Kind string

const (
	// Standalone is a server that is part of nothing larger. It has no transactions.
	Standalone Kind = "standalone"
	// ReplicaSet is a member of a replica set.
	ReplicaSet Kind = "replica set"
	// ShardedCluster is a mongos, or a load balancer in front of some.
	ShardedCluster Kind = "sharded cluster"
)

// Server is what is known of the server that was reached.
type Server struct {
	Kind Kind
	// FerretDB is true when the server is FerretDB, which answers like MongoDB but does less, and some of it wrongly.
	FerretDB bool
	// Embedded is true when it runs inside this process, or inside the migrator process that this one has joined.
	Embedded bool
	// Version is the server's version; for FerretDB the version of MongoDB that it claims to be.
	Version string
	// ReplicaSet is the set's name, or "".
	ReplicaSet string
	Sharded    bool
	// Transactions reports whether multi-document transactions work here.
	Transactions bool
	// Host is the address in a form for people: without user, password and options.
	Host string
}

// greeting is the part of hello's answer that matters here.
type greeting struct {
	Msg       string    `bson:"msg"`
	SetName   string    `bson:"setName"`
	LocalTime time.Time `bson:"localTime"`
	Sessions  *int64    `bson:"logicalSessionTimeoutMinutes"`
}

// build is the part of buildInfo's answer that matters here.
type build struct {
	Version  string `bson:"version"`
	FerretDB string `bson:"ferretdbVersion"`
}

// hello asks the server who it is and what time it has.
func hello(ctx context.Context, client *mongo.Client) (greeting, error) {
	var g greeting
	err := client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&g)
	return g, err
}

// buildInfo asks the server for its version.
func buildInfo(ctx context.Context, client *mongo.Client) (build, error) {
	var b build
	err := client.Database("admin").RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&b)
	return b, err
}

// identify fills in what the server has said of itself. FerretDB differs from MongoDB in the keys that it adds to
// buildInfo.
func (s *Server) identify(g greeting, b build) {
	s.FerretDB = b.FerretDB != ""
	s.Version = b.Version
	s.ReplicaSet = g.SetName
	s.Sharded = g.Msg == "isdbgrid"
	switch {
	case s.Sharded:
		s.Kind = ShardedCluster
	case s.ReplicaSet != "":
		s.Kind = ReplicaSet
	default:
		s.Kind = Standalone
	}
	s.Transactions = s.Kind != Standalone && g.Sessions != nil && !s.FerretDB
}
