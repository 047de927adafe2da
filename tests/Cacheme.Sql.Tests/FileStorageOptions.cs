namespace Cacheme.Sql.Tests;

internal sealed class FileStorageOptions : SqlStorageOptions;
