using System.Text;
using Cacheme.Storage;

namespace Cacheme.Tests.Storage.DistributedCaches;

public sealed class DistributedCacheKeyTests
{
    [Theory]
    [InlineData("cacheme:user:42:info:v1")]
    [InlineData("a")]
    [InlineData("a-b_c.d:0123456789")]
    public void Of_PlainKey_IsTheKey(string key) => Assert.Equal(key, DistributedCacheKey.Of(key));

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a ")]
    [InlineData("a\0")]
    [InlineData("a/b")]
    [InlineData("\u00e9")]
    [InlineData("sha256-")]
    public void Of_AnyOtherKey_IsAHashThatEveryCacheTakes(string key) => Assert.Matches("^sha256-[0-9a-f]{64}$", DistributedCacheKey.Of(key));

    // What has been stored under a name must be found again by every later version.
    [Theory]
    [InlineData("ABC", "sha256-b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78")]
    [InlineData("\u00e9", "sha256-4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c")]
    public void Of_KeyThatIsHashed_KeepsItsNameForEver(string key, string name) => Assert.Equal(name, DistributedCacheKey.Of(key));

    [Fact]
    public void Of_KeyThatLooksLikeAHash_IsNotTheNameOfAnother()
    {
        var hash = DistributedCacheKey.Of("A");

        Assert.NotEqual(hash, DistributedCacheKey.Of(hash));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Of_PlainKeyNearTheLimit_IsTheKeyUpToIt(int length, bool plain) =>
        Assert.Equal(plain, DistributedCacheKey.Of(new string('a', length)).Length == length);

    [Fact]
    public void Of_LoneSurrogate_IsRefused() => Assert.Throws<EncoderFallbackException>(() => DistributedCacheKey.Of("a\ud800"));
}
