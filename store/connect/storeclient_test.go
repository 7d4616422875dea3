package connect

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func TestStoreReachesTheServerAsTheDataDoes(t *testing.T) {
	t.Parallel()
	data := options.Client().ApplyURI("mongodb://ada:" + secret + "@a:1,b:2/?authSource=admin&tls=true&replicaSet=rs&appName=shop" +
		"&compressors=zlib&connectTimeoutMS=700&heartbeatFrequencyMS=600&" +
		"maxPoolSize=1&minPoolSize=1&maxIdleTimeMS=5&maxConnecting=1&timeoutMS=5&serverSelectionTimeoutMS=5&retryWrites=false&retryReads=false")
	own := storeOptions(data)
	for name, same := range map[string]bool{
		"hosts":       cmp.Equal(own.Hosts, []string{"a:1", "b:2"}),
		"user":        own.Auth != nil && own.Auth.Username == "ada" && own.Auth.Password == secret && own.Auth.AuthSource == "admin",
		"TLS":         own.TLSConfig != nil,
		"replica set": *own.ReplicaSet == "rs",
		"name":        *own.AppName == "shop",
		"compressors": cmp.Equal(own.Compressors, []string{"zlib"}),
		"handshake":   *own.ConnectTimeout == 700*time.Millisecond,
		"heartbeat":   *own.HeartbeatInterval == 600*time.Millisecond,
	} {
		if !same {
			t.Errorf("the %s of the connection string is lost", name)
		}
	}
	for name, touched := range map[string]bool{
		"pool":     own.MaxPoolSize != nil || own.MinPoolSize != nil || own.MaxConnIdleTime != nil || own.MaxConnecting != nil,
		"time":     own.Timeout != nil || own.ServerSelectionTimeout != nil,
		"retrying": own.RetryWrites != nil || own.RetryReads != nil,
	} {
		if touched {
			t.Errorf("the %s that the connection string allows the data is that of the store too", name)
		}
	}
	if data.MaxPoolSize == nil || data.Timeout == nil {
		t.Error("the options of the data were changed")
	}
}
