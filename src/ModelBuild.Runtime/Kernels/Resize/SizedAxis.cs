namespace ModelBuild.Kernels;

/// <summary>How one axis is resampled, found out in the call.</summary>
internal readonly struct SizedAxis
{
    private SizedAxis(int input, int output, double scale, double start, double end, CoordinateTransformation transformation)
    {
        Input = input;
        Output = output;
        Scale = scale;
        Start = start;
        End = end;
        Transformation = transformation;
    }

    /// <summary>Elements of the operand.</summary>
    internal int Input { get; }

    /// <summary>Elements of the result.</summary>
    internal int Output { get; }

    /// <summary>Elements of the result per element of the operand.</summary>
    internal double Scale { get; }

    /// <summary>The start of the region of interest, as a part of the axis.</summary>
    internal double Start { get; }

    /// <summary>Its end.</summary>
    internal double End { get; }

    /// <summary>Where an element of the result lies in the operand.</summary>
    internal CoordinateTransformation Transformation { get; }

    /// <summary>True where every element stays where it is.</summary>
    internal bool IsIdentity
    {
        get
        {
            bool isSame = Input == Output;
            for (int i = 0; isSame && i < Output; i++)
            {
                isSame = Position(i) == i;
            }

            return isSame;
        }
    }

    /// <summary>Reads what the call says about one axis.</summary>
    /// <param name="roi">The starts of all resized axes, then their ends; absent where there is no region of interest.</param>
    /// <param name="scales">One for each resized axis; absent where there are sizes.</param>
    /// <param name="sizes">One for each resized axis; absent where there are scales.</param>
    /// <param name="axes">The resized axes.</param>
    /// <param name="shape">The shape of the operand.</param>
    /// <param name="index">Which of the resized axes.</param>
    /// <param name="policy">What sizes mean.</param>
    /// <param name="transformation">Where an element of the result lies in the operand.</param>
    /// <param name="axis">Receives the axis.</param>
    /// <returns>What is wrong with the values, or null.</returns>
    internal static string? Read(
        ReadOnlySpan<float> roi,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<long> sizes,
        ReadOnlySpan<int> axes,
        ReadOnlySpan<int> shape,
        int index,
        AspectRatioPolicy policy,
        CoordinateTransformation transformation,
        out SizedAxis axis)
    {
        axis = default;
        bool isCrop = transformation == CoordinateTransformation.TfCropAndResize;
        bool hasScales = !scales.IsEmpty;
        if ((hasScales ? scales.Length : sizes.Length) < axes.Length || (isCrop && roi.Length < 2 * axes.Length))
        {
            return "scales, sizes or the region of interest are too few";
        }

        int input = shape[axes[index]];
        double start = isCrop ? roi[index] : 0;
        double end = isCrop ? roi[index + axes.Length] : 1;
        double output = hasScales ? Math.Floor((double)(input * (isCrop ? (float)(end - start) : 1) * scales[index])) : sizes[index];
        if (hasScales ? !(scales[index] > 0 && float.IsFinite(scales[index])) : sizes[index] < 0)
        {
            return hasScales ? $"a scale is {scales[index]}" : $"a size is {sizes[index]}";
        }

        double common = 0;
        if (!hasScales && policy != AspectRatioPolicy.Stretch)
        {
            common = Common(sizes, axes, shape, policy);
            output = Math.Floor((common * input) + 0.5);
        }

        if (!(output >= 0 && output <= int.MaxValue) || (output > 0 && input == 0))
        {
            return $"an axis of {input} elements cannot be resized to {output}";
        }

        double ratio = output / input;

        // A scale that is the binary32 number nearest to the ratio of the sizes means that ratio.
        double scale = common != 0 ? common : !hasScales || scales[index] == (float)ratio ? ratio : scales[index];
        axis = new SizedAxis(input, (int)output, scale, start, end, transformation);
        return null;
    }

    /// <summary>The axis where the values give the size of the result; else, as when a plan is tried at other sizes, one that is simply scaled.</summary>
    /// <inheritdoc cref="Read"/>
    internal static SizedAxis ReadOr(
        ReadOnlySpan<float> roi,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<long> sizes,
        ReadOnlySpan<int> axes,
        ReadOnlySpan<int> shape,
        int index,
        AspectRatioPolicy policy,
        CoordinateTransformation transformation,
        int output)
    {
        string? fault = Read(roi, scales, sizes, axes, shape, index, policy, transformation, out SizedAxis axis);
        int input = shape[axes[index]];
        return fault is null && axis.Output == output ? axis : new SizedAxis(input, output, (double)output / input, 0, 1, transformation);
    }

    /// <summary>Where an element of the result lies in the operand, not clamped.</summary>
    internal double Position(int x) => Transformation == CoordinateTransformation.TfCropAndResize
        ? (Input - 1) * (Output > 1 ? Start + (x * (End - Start) / (Output - 1)) : (Start + End) / 2)
        : ResizeTables.Position(Transformation, x, Input, Output, Scale, Start, End);

    /// <summary>True where an element of the result lies outside of the operand, in a region of interest that leaves it.</summary>
    internal bool IsOutside(int x) => Transformation == CoordinateTransformation.TfCropAndResize && Position(x) is var position && (position < 0 || position > Input - 1);

    private static double Common(ReadOnlySpan<long> sizes, ReadOnlySpan<int> axes, ReadOnlySpan<int> shape, AspectRatioPolicy policy)
    {
        double scale = (double)sizes[0] / shape[axes[0]];
        for (int i = 1; i < axes.Length; i++)
        {
            double other = (double)sizes[i] / shape[axes[i]];
            scale = policy == AspectRatioPolicy.NotLarger ? Math.Min(scale, other) : Math.Max(scale, other);
        }

        return scale;
    }
}
