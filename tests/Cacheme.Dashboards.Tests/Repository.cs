namespace Cacheme.Dashboards.Tests;

/// <summary>The files under test, where they lie: promtool and compose find what they refer to beside them.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    /// <summary>A file's or folder's full path.</summary>
    /// <param name="path">Its path from the repository's root.</param>
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Root, path));

    /// <summary>A file's text.</summary>
    /// <param name="path">Its path from the repository's root.</param>
    public static string Read(string path) => File.ReadAllText(PathOf(path));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cacheme.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is in no folder that has a Cacheme.sln: these tests run inside the repository.");
    }
}
