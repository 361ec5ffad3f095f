using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>The checked attributes of a Resize node.</summary>
/// <param name="Taps">Elements combined along each axis: 1 nearest, 2 linear, 4 cubic.</param>
/// <param name="Transformation">Where an output element lies in the input.</param>
/// <param name="Nearest">How a position between two elements is rounded.</param>
/// <param name="CubicA">Coefficient of the cubic convolution.</param>
/// <param name="ExcludeOutside">True when elements outside of the operand have no weight.</param>
/// <param name="Extrapolation">Value of output elements outside of the operand.</param>
/// <param name="Policy">keep_aspect_ratio_policy.</param>
/// <param name="Antialias">True when linear and cubic filters are widened along axes that shrink.</param>
internal sealed record ResizeOptions(int Taps, CoordinateTransformation Transformation, NearestMode Nearest, double CubicA, bool ExcludeOutside, float Extrapolation, string Policy, bool Antialias)
{
    /// <summary>Reads and checks the attributes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One is not supported (MDB2002).</exception>
    public static ResizeOptions Of(Node node)
    {
        AttributeMap map = node.Attributes;
        string policy = map.GetString("keep_aspect_ratio_policy", "stretch");
        if (policy is not ("stretch" or "not_larger" or "not_smaller"))
        {
            throw NodeErrors.Attribute(node, "keep_aspect_ratio_policy", policy, "Use stretch, not_larger or not_smaller.");
        }

        return new ResizeOptions(
            TapsOf(node, map.GetString("mode", "nearest")),
            TransformationOf(node, map.GetString("coordinate_transformation_mode", "half_pixel")),
            NearestOf(node, map.GetString("nearest_mode", "round_prefer_floor")),
            map.GetFloat("cubic_coeff_a", -0.75f),
            map.GetInt("exclude_outside", 0) != 0,
            map.GetFloat("extrapolation_value", 0),
            policy,
            map.GetInt("antialias", 0) != 0);
    }

    private static int TapsOf(Node node, string mode) => mode switch
    {
        "nearest" => 1,
        "linear" => 2,
        "cubic" => 4,
        _ => throw NodeErrors.Attribute(node, "mode", mode, "Use nearest, linear or cubic."),
    };

    private static CoordinateTransformation TransformationOf(Node node, string mode) => mode switch
    {
        "half_pixel" => CoordinateTransformation.HalfPixel,
        "half_pixel_symmetric" => CoordinateTransformation.HalfPixelSymmetric,
        "pytorch_half_pixel" => CoordinateTransformation.PytorchHalfPixel,
        "align_corners" => CoordinateTransformation.AlignCorners,
        "asymmetric" => CoordinateTransformation.Asymmetric,
        "tf_crop_and_resize" => CoordinateTransformation.TfCropAndResize,
        _ => throw NodeErrors.Attribute(node, "coordinate_transformation_mode", mode, "Use half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric or tf_crop_and_resize."),
    };

    private static NearestMode NearestOf(Node node, string mode) => mode switch
    {
        "round_prefer_floor" => NearestMode.RoundPreferFloor,
        "round_prefer_ceil" => NearestMode.RoundPreferCeil,
        "floor" => NearestMode.Floor,
        "ceil" => NearestMode.Ceil,
        _ => throw NodeErrors.Attribute(node, "nearest_mode", mode, "Use round_prefer_floor, round_prefer_ceil, floor or ceil."),
    };
}
