using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images;

/// <summary>The list of formats.</summary>
public sealed class ImageFormatsTests
{
    [Fact]
    public void TheListHoldsEveryFormat()
    {
        IEnumerable<string> types = typeof(ImageFormat).Assembly.GetTypes().Where(t => t.BaseType == typeof(ImageFormat)).Select(t => t.Name);
        Assert.Equal(types.Order(), ImageFormats.All.Select(f => f.GetType().Name).Order());
    }
}
