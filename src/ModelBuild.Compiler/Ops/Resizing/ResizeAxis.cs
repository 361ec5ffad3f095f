using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>How one axis is resampled.</summary>
/// <param name="Input">Elements of the operand.</param>
/// <param name="Output">Elements of the result.</param>
/// <param name="Scale">Elements of the result per element of the operand.</param>
/// <param name="RoiStart">Start of the region of interest as a part of the axis; for tf_crop_and_resize.</param>
/// <param name="RoiEnd">Its end.</param>
public sealed record ResizeAxis(int Input, int Output, double Scale, double RoiStart, double RoiEnd)
{
    /// <summary>Where an element of the result lies in the operand, not clamped (ONNX Resize 19, coordinate_transformation_mode).</summary>
    public double Position(CoordinateTransformation transformation, int output)
    {
        double halfPixel = ((output + 0.5) / Scale) - 0.5;
        double last = Input - 1;
        return transformation switch
        {
            CoordinateTransformation.HalfPixel => halfPixel,
            CoordinateTransformation.HalfPixelSymmetric => (Input / 2.0 * (1 - (Output / (Scale * Input)))) + ((output + 0.5) / Scale) - 0.5,
            CoordinateTransformation.PytorchHalfPixel => Output > 1 ? halfPixel : 0,
            CoordinateTransformation.AlignCorners => Output > 1 ? output * last / (Output - 1) : 0,
            CoordinateTransformation.Asymmetric => output / Scale,
            CoordinateTransformation.TfCropAndResize => Output > 1
                ? last * (RoiStart + (output * (RoiEnd - RoiStart) / (Output - 1)))
                : last * (RoiStart + RoiEnd) / 2,
            _ => throw new ArgumentOutOfRangeException(nameof(transformation), transformation, "Unknown coordinate transformation."),
        };
    }

    /// <summary>True when the axis is left as it is.</summary>
    public bool IsIdentity(CoordinateTransformation transformation) =>
        Input == Output && Enumerable.Range(0, Output).All(i => Position(transformation, i) == i);

    /// <summary>True when an element of the result lies outside of the operand, where tf_crop_and_resize takes extrapolation_value.</summary>
    public bool Extrapolates(CoordinateTransformation transformation, int output) =>
        transformation == CoordinateTransformation.TfCropAndResize && Position(transformation, output) is var position && (position < 0 || position > Input - 1);
}
