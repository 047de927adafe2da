using System.Data.Common;

namespace Cacheme.Sql.Tests;

/// <summary>What a driver throws on a connection whose server has gone away.</summary>
internal sealed class LostException() : DbException("The connection was lost.");
