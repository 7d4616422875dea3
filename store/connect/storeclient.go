package connect

import (
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// storeOptions are the options of the client for what migrator records, made from those of the data's: the same server,
// reached in the same way by the same user, and watched as often. What a connection string says of the data beyond that
// does not touch it:
//
//   - with maxPoolSize=1, an index that is built for a minute must not keep the heartbeat of the lock waiting;
//   - with w=0 or w=1, what is recorded must still be acknowledged and survive a failover;
//   - with readPreference=secondary, a record must still be read as it was written last;
//   - with timeoutMS=100 or serverSelectionTimeoutMS=100, the election of a primary must still be waited for.
func storeOptions(data *options.ClientOptions) *options.ClientOptions {
	o := *data
	o.MaxPoolSize, o.MinPoolSize, o.MaxConnecting, o.MaxConnIdleTime = nil, nil, nil, nil
	o.ServerSelectionTimeout, o.Timeout = nil, nil
	o.RetryReads, o.RetryWrites = nil, nil // the driver retries unless it is told otherwise
	return o.SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Local()).
		SetWriteConcern(writeconcern.Majority())
}
