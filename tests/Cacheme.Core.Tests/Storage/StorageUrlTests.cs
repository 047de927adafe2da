using Cacheme.Storage;

namespace Cacheme.Tests.Storage;

public sealed class StorageUrlTests
{
    private const string Secret = "s3cret";

    [Fact]
    public void Parse_EveryPart_IsRead()
    {
        var url = StorageUrl.Parse("Redis://some%40body:s3%2Fcret@Example.test:6380/a%20b?one=1&TWO=t%26wo");

        Assert.Equal("redis", url.Scheme);
        Assert.Equal(("some@body", "s3/cret"), (url.User, url.Password));
        Assert.Equal([new StorageHost("example.test", 6380)], url.Hosts);
        Assert.Equal(("example.test", 6380), (url.Host, url.Port));
        Assert.Equal("/a b", url.Path);
        Assert.Equal((1, "t&wo"), (url.Option("one", 0), url.Option("two", "")));
    }

    [Theory]
    [InlineData("postgresql://u:s3cret@one:1,two:2/db?table=t", "one:1,two:2")]
    [InlineData("postgresql://u:s3cret@one,two:2/db?table=t", "one,two:2")]
    [InlineData("mongodb+srv://u:s3cret@one.test,two.test/db?table=t", "one.test,two.test")]
    [InlineData("redis://u:s3cret@[::1]:1,[fe80::2],127.0.0.1:3/db?table=t", "[::1]:1,[fe80::2],127.0.0.1:3")]
    [InlineData("redis://u:s3cret@ONE:1,Two:2/db?table=t", "one:1,two:2")]
    public void Parse_SeveralHosts_AreInOrderAndTheRestIsAsWithOne(string text, string hosts)
    {
        var url = StorageUrl.Parse(text);

        Assert.Equal(hosts, string.Join(',', url.Hosts));
        Assert.Equal(url.Hosts[0], new StorageHost(url.Host, url.Port));
        Assert.Equal(("u", Secret, "/db", "t"), (url.User, url.Password, url.Path, url.Option("table", "")));
        Assert.Equal($"{url.Scheme}://{hosts}/db", url.ToString());
    }

    [Theory]
    [InlineData("mongodb://h/?readPreferenceTags=dc:a&readPreferenceTags=dc:s3cret")]
    [InlineData("redis://h/?s3cret&S3CRET=1")]
    public void Parse_AnOptionTwice_IsRefusedAndNotNamed(string text)
    {
        var failure = Assert.Throws<FormatException>(() => StorageUrl.Parse(text));

        Assert.Contains("twice", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Parse_SeveralHostsAndNothingElse_AreRead() =>
        Assert.Equal("one:1,two:2,three", string.Join(',', StorageUrl.Parse("redis://one:1,two:2,three").Hosts));

    [Theory]
    [InlineData("redis://one:1,two:2?a=b,c:9")]
    [InlineData("redis://one:1,two:2/x,y:9?a=b,c:9")]
    public void Parse_CommaBehindTheHosts_IsNoHost(string text)
    {
        var url = StorageUrl.Parse(text);

        Assert.Equal("one:1,two:2", string.Join(',', url.Hosts));
        Assert.Equal("b,c:9", url.Option("a", ""));
    }

    [Fact]
    public void Parse_CommaInThePassword_IsNoHost()
    {
        var url = StorageUrl.Parse("redis://user:pa,ss@one:1,two:2");

        Assert.Equal("pa,ss", url.Password);
        Assert.Equal("one:1,two:2", string.Join(',', url.Hosts));
    }

    [Theory]
    [InlineData("sqlite:///var/cache.db", "/var/cache.db")]
    [InlineData("local:///", "/")]
    public void Parse_NoHost_IsEmpty(string text, string path)
    {
        var url = StorageUrl.Parse(text);

        Assert.Empty(url.Hosts);
        Assert.Equal(("", null, path), (url.Host, url.Port, url.Path));
        Assert.Equal(text, url.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    [InlineData("redis://u:s3cret@one:port")]
    [InlineData("redis://u:s3cret@one:1,two:port")]
    [InlineData("redis://u:s3cret@one:1,two:99999")]
    [InlineData("redis://u:s3cret@one,,two")]
    [InlineData("redis://u:s3cret@one,")]
    [InlineData("redis://u:s3cret@,one")]
    [InlineData("redis://u:s3cret@one,two three")]
    [InlineData("redis://u:s3cret@[::1,two")]
    [InlineData("redis://u:s3cret@one,two#fragment")]
    public void Parse_WhatDoesNotRead_ThrowsWithoutRepeatingIt(string text)
    {
        var failure = Assert.Throws<FormatException>(() => StorageUrl.Parse(text));

        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_User_IsLeftOut() =>
        Assert.Equal("redis://one:1,[::2]:3/4", StorageUrl.Parse($"redis://u:{Secret}@one:1,[::2]:3/4?key={Secret}").ToString());
}
