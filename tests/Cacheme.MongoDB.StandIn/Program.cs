using Cacheme.MongoDB.StandIn;
using Cacheme.MongoDB.StandIn.Data;

var options = StandInOptions.Parse(args);
using var journal = new Journal(Path.Combine(options.Folder, "journal"));
await new StandInServer(options, journal).RunAsync();
