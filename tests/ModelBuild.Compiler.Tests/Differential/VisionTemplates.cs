using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Operators that read images and volumes at other positions. Fourier transforms are left out: ONNX Runtime computes them in binary32, and what it leaves of exact zeros is amplified by what follows.</summary>
internal static class VisionTemplates
{
    /// <summary>A grid somewhat larger than the operand; nearest is left out, as a rounding decides which element it takes.</summary>
    public static Value? GridSample(Drawing draw, Value x)
    {
        long[] dims = Drawing.Dims(x);
        int axes = dims.Length - 2;
        if (axes < 2)
        {
            return null;
        }

        long[] points = [.. Enumerable.Range(0, axes).Select(_ => (long)draw.Int(1, 5))];
        AttributeMap attributes = new()
        {
            { "mode", axes == 2 ? draw.Pick("linear", "cubic") : "linear" }, { "padding_mode", draw.Pick("zeros", "border", "reflection") }, { "align_corners", draw.Chance(0.5) ? 1L : 0L },
        };
        return draw.Add("GridSample", [x, draw.Between(-1.3f, 1.3f, [dims[0], .. points, axes])], attributes);
    }
}
