namespace WebApi;

/// <summary>Where the sample keeps its files: <c>DataFolder</c> in the configuration, or <c>App_Data</c> beside the program.</summary>
public sealed class DataFolder
{
    private readonly string _path;

    public DataFolder(IConfiguration configuration)
    {
        _path = configuration["DataFolder"] ?? Path.Combine(AppContext.BaseDirectory, "App_Data");
        Directory.CreateDirectory(_path);
    }

    public string File(string name) => Path.Combine(_path, name);
}
