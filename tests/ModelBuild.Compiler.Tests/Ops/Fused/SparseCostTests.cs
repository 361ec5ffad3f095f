using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Tests.Ops.Fused;

/// <summary>The choice between products that leave zeros out, beside what <c>docs/pruning.md</c> tells of their speed; what is within 20 % is left open.</summary>
public sealed class SparseCostTests
{
    private const int Width = 16;

    [Theory]
    [InlineData(1, 1024, 1024, 0.5, true)]
    [InlineData(1, 1024, 1024, 0.7, true)]
    [InlineData(1, 1024, 1024, 0.8, true)]
    [InlineData(1, 1024, 1024, 0.9, true)]
    [InlineData(1, 256, 256, 0.5, true)]
    [InlineData(1, 256, 256, 0.7, true)]
    [InlineData(1, 256, 256, 0.8, true)]
    [InlineData(1, 256, 256, 0.9, true)]
    [InlineData(2, 1024, 1024, 0.5, true)]
    [InlineData(2, 1024, 1024, 0.7, true)]
    [InlineData(2, 1024, 1024, 0.8, true)]
    [InlineData(2, 1024, 1024, 0.9, true)]
    [InlineData(4, 1024, 1024, 0.5, true)]
    [InlineData(4, 1024, 1024, 0.7, true)]
    [InlineData(4, 1024, 1024, 0.8, true)]
    [InlineData(4, 1024, 1024, 0.9, true)]
    [InlineData(8, 1024, 1024, 0.5, true)]
    [InlineData(8, 1024, 1024, 0.7, true)]
    [InlineData(8, 1024, 1024, 0.8, true)]
    [InlineData(8, 1024, 1024, 0.9, true)]
    [InlineData(16, 512, 512, 0.5, true)]
    [InlineData(16, 512, 512, 0.7, true)]
    [InlineData(16, 512, 512, 0.8, true)]
    [InlineData(16, 512, 512, 0.9, true)]
    [InlineData(49, 512, 512, 0.5, true)]
    [InlineData(49, 512, 512, 0.7, true)]
    [InlineData(49, 512, 512, 0.8, true)]
    [InlineData(49, 512, 512, 0.9, true)]
    [InlineData(196, 256, 1152, 0.5, true)]
    [InlineData(196, 256, 1152, 0.7, true)]
    [InlineData(196, 256, 1152, 0.8, true)]
    [InlineData(196, 256, 1152, 0.9, true)]
    [InlineData(196, 96, 576, 0.5, true)]
    [InlineData(196, 96, 576, 0.7, true)]
    [InlineData(196, 96, 576, 0.8, true)]
    [InlineData(196, 96, 576, 0.9, true)]
    [InlineData(196, 576, 96, 0.5, true)]
    [InlineData(196, 576, 96, 0.7, true)]
    [InlineData(196, 576, 96, 0.8, true)]
    [InlineData(196, 576, 96, 0.9, true)]
    [InlineData(784, 32, 192, 0.5, true)]
    [InlineData(784, 32, 192, 0.7, true)]
    [InlineData(784, 32, 192, 0.8, true)]
    [InlineData(784, 32, 192, 0.9, true)]
    [InlineData(784, 192, 32, 0.7, true)]
    [InlineData(784, 192, 32, 0.8, true)]
    [InlineData(784, 192, 32, 0.9, true)]
    public void BlocksAreLeftOutWhereThatIsFaster(int rows, int columns, int depth, double zeros, bool isFaster)
    {
        int blocks = (int)((1 - zeros) * columns / Width * depth);
        Check(new WeightPattern(columns, depth, blocks * Width, blocks, IsTwoOfFour: false), rows, ProductForm.Blocks, isFaster);
    }

    [Theory]
    [InlineData(1, 1024, 1024, true)]
    [InlineData(1, 256, 256, true)]
    [InlineData(2, 1024, 1024, true)]
    [InlineData(4, 1024, 1024, true)]
    [InlineData(8, 1024, 1024, false)]
    [InlineData(16, 512, 512, false)]
    [InlineData(49, 512, 512, false)]
    [InlineData(196, 256, 1152, false)]
    [InlineData(196, 96, 576, false)]
    [InlineData(196, 576, 96, false)]
    [InlineData(784, 32, 192, false)]
    [InlineData(784, 192, 32, false)]
    public void TwoOfFourAreKeptWhereThatIsFaster(int rows, int columns, int depth, bool isFaster) =>
        Check(new WeightPattern(columns, depth, columns * depth / 2, columns / Width * depth, IsTwoOfFour: true), rows, ProductForm.TwoOfFour, isFaster);

    [Theory]
    [InlineData(1, 1024, 1024, 0.5, false)]
    [InlineData(1, 1024, 1024, 0.7, false)]
    [InlineData(1, 1024, 1024, 0.8, false)]
    [InlineData(1, 1024, 1024, 0.9, false)]
    [InlineData(1, 256, 256, 0.5, false)]
    [InlineData(1, 256, 256, 0.7, false)]
    [InlineData(1, 256, 256, 0.8, false)]
    [InlineData(1, 256, 256, 0.9, false)]
    [InlineData(2, 1024, 1024, 0.5, false)]
    [InlineData(2, 1024, 1024, 0.7, false)]
    [InlineData(2, 1024, 1024, 0.8, false)]
    [InlineData(4, 1024, 1024, 0.5, false)]
    [InlineData(4, 1024, 1024, 0.7, false)]
    [InlineData(4, 1024, 1024, 0.8, false)]
    [InlineData(4, 1024, 1024, 0.9, true)]
    [InlineData(8, 1024, 1024, 0.5, false)]
    [InlineData(8, 1024, 1024, 0.7, false)]
    [InlineData(8, 1024, 1024, 0.8, false)]
    [InlineData(8, 1024, 1024, 0.9, true)]
    [InlineData(16, 512, 512, 0.5, false)]
    [InlineData(16, 512, 512, 0.8, true)]
    [InlineData(16, 512, 512, 0.9, true)]
    [InlineData(49, 512, 512, 0.5, false)]
    [InlineData(49, 512, 512, 0.7, true)]
    [InlineData(49, 512, 512, 0.8, true)]
    [InlineData(49, 512, 512, 0.9, true)]
    [InlineData(196, 256, 1152, 0.7, true)]
    [InlineData(196, 256, 1152, 0.8, true)]
    [InlineData(196, 256, 1152, 0.9, true)]
    [InlineData(196, 96, 576, 0.7, true)]
    [InlineData(196, 96, 576, 0.8, true)]
    [InlineData(196, 96, 576, 0.9, true)]
    [InlineData(196, 576, 96, 0.7, true)]
    [InlineData(196, 576, 96, 0.8, true)]
    [InlineData(196, 576, 96, 0.9, true)]
    [InlineData(784, 32, 192, 0.5, false)]
    [InlineData(784, 32, 192, 0.7, true)]
    [InlineData(784, 32, 192, 0.8, true)]
    [InlineData(784, 32, 192, 0.9, true)]
    [InlineData(784, 192, 32, 0.5, false)]
    [InlineData(784, 192, 32, 0.8, true)]
    [InlineData(784, 192, 32, 0.9, true)]
    public void SingleZerosAreLeftOutWhereThatIsFaster(int rows, int columns, int depth, double zeros, bool isFaster)
    {
        int blocks = (int)((1 - Math.Pow(zeros, Width)) * columns / Width * depth);
        Check(new WeightPattern(columns, depth, (int)((1 - zeros) * columns * depth), blocks, IsTwoOfFour: false), rows, ProductForm.Unstructured, isFaster);
    }

    private static void Check(WeightPattern pattern, int rows, ProductForm form, bool isFaster)
    {
        ProductForm chosen = SparseCost.Choose(pattern, rows);
        Assert.True(isFaster == (chosen == form), $"{chosen} is chosen.");
    }
}
