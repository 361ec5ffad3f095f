using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Vision;

public sealed class GridSampleTests
{
    public static TheoryData<string, string, int, bool> Modes
    {
        get
        {
            TheoryData<string, string, int, bool> data = [];
            foreach (string mode in new[] { "nearest", "linear", "cubic" })
            {
                foreach (string padding in new[] { "zeros", "border", "reflection" })
                {
                    data.Add(mode, padding, 2, true);
                    data.Add(mode, padding, 2, false);
                    if (mode != "cubic")
                    {
                        data.Add(mode, padding, 3, true);
                        data.Add(mode, padding, 3, false);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Plans_agree_with_the_reference_inside_and_far_outside(string mode, string padding, int axes, bool alignCorners)
    {
        Random random = new(axes);
        foreach (long length in new long[] { 1, 4, 7 })
        {
            Tensor x = PlanAgainstReference.Filled(random, [2, 3, .. Enumerable.Range(0, axes).Select(i => length + i)]);
            Tensor grid = new(DType.F32, [2, .. Enumerable.Repeat(4L, axes), axes]);
            foreach (ref float value in grid.MutableSpan<float>())
            {
                value = (random.NextSingle() - 0.5f) * (random.Next(4) == 0 ? 9 : 2.2f);
            }

            OpHarness.Run("GridSample", new AttributeMap { { "mode", mode }, { "padding_mode", padding }, { "align_corners", alignCorners ? 1 : 0 } }, [x, grid]);
        }
    }

    [Theory]
    [InlineData("zeros", 0.5f, 1.5f)]
    [InlineData("border", 1, 3)]
    [InlineData("reflection", 1, 3)]
    public void Half_an_element_outside_depends_on_the_padding(string padding, float left, float right)
    {
        Tensor x = Tensor.Create<float>([1, 2, 2.5f, 3], 1, 1, 1, 4);
        Tensor grid = Tensor.Create<float>([-1, 0, 1, 0], 1, 1, 2, 2);

        float[] y = OpHarness.Run("GridSample", new AttributeMap { { "padding_mode", padding } }, [x, grid])[0].Span<float>().ToArray();

        Assert.Equal([left, right], y);
    }

    [Theory]
    [InlineData("mode", "area")]
    [InlineData("padding_mode", "wrap")]
    public void An_unknown_mode_is_an_error(string attribute, string value) => Errors.Expect(
        Descriptors.UnsupportedAttribute,
        () => OpHarness.Run("GridSample", new AttributeMap { { attribute, value } }, [new Tensor(DType.F32, [1, 1, 2, 2]), new Tensor(DType.F32, [1, 1, 1, 2])]));

    [Fact]
    public void Cubic_volumes_and_grids_of_other_coordinates_are_errors()
    {
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("GridSample", new AttributeMap { { "mode", "cubic" } }, [new Tensor(DType.F32, [1, 1, 2, 2, 2]), new Tensor(DType.F32, [1, 1, 1, 1, 3])]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("GridSample", [], [new Tensor(DType.F32, [1, 1, 2, 2]), new Tensor(DType.F32, [1, 1, 1, 3])]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_affine_grid_of_the_identity_leaves_the_image(int alignCorners)
    {
        Tensor theta = Tensor.Create<float>([1, 0, 0, 0, 1, 0], 1, 2, 3);
        Tensor x = OpHarness.Counting(DType.F32, 1, 2, 3, 5);
        AttributeMap attributes = new() { { "align_corners", alignCorners } };

        Tensor grid = OpHarness.Run("AffineGrid", attributes, [theta], [Tensor.Vector<long>(1, 2, 3, 5)])[0];

        OpHarness.AssertEqual([x], OpHarness.Run("GridSample", attributes, [x, grid]));
    }

    [Fact]
    public void An_affine_grid_of_another_batch_is_an_error() => Errors.Expect(
        Descriptors.ShapeMismatch, () => OpHarness.Run("AffineGrid", [], [new Tensor(DType.F32, [2, 2, 3])], [Tensor.Vector<long>(1, 2, 3, 5)]));
}
