using System.Data.Common;

namespace Cacheme.Sql.Tests;

/// <summary>A storage as the author of another one writes it.</summary>
internal sealed class FileStorage(IServiceProvider services, Func<DbDataSource> dataSource, FileDialect dialect, FileStorageOptions options)
    : SqlStorage(services, dataSource, ownsDataSource: true, dialect, options);
