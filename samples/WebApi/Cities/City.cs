namespace WebApi.Cities;

/// <summary>A city, from GeoNames.</summary>
/// <param name="Id">GeoNames' id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Country">The ISO code of its country.</param>
/// <param name="Admin">GeoNames' code of the first administrative division.</param>
/// <param name="Population">How many live there.</param>
/// <param name="Latitude">In degrees.</param>
/// <param name="Longitude">In degrees.</param>
public sealed record City(int Id, string Name, string Country, string Admin, long Population, double Latitude, double Longitude);
