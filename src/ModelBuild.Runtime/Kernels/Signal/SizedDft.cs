namespace ModelBuild.Kernels;

/// <summary>Discrete Fourier transforms (ONNX DFT 20) whose axis or length a call gives, or whose length is a size of the call.</summary>
public static class SizedDft
{
    private const int MaxLength = 1 << 26;

    /// <summary>The size of one axis of the result.</summary>
    /// <param name="length">One element, the length of the transform; absent for that of the axis.</param>
    /// <param name="along">One element, the axis; absent for <paramref name="axis"/>.</param>
    /// <param name="axis">The axis where it is known.</param>
    /// <param name="shape">The shape of the operand, whose last axis holds 1 or 2 numbers.</param>
    /// <param name="index">The axis of the result.</param>
    /// <param name="inverse">Whether it is the inverse transform.</param>
    /// <param name="oneSided">Whether the spectrum has, or is, the first half only.</param>
    /// <exception cref="ArgumentException">The axis cannot be transformed, or the length is not possible.</exception>
    public static long Count(ReadOnlySpan<long> length, ReadOnlySpan<long> along, int axis, ReadOnlySpan<int> shape, int index, bool inverse, bool oneSided)
    {
        if (Read(length, along, axis, shape, inverse, oneSided, out int at, out int n) is { } fault)
        {
            Throw.Argument($"DFT: {fault}.", length.IsEmpty ? nameof(along) : nameof(length));
        }

        return index == at ? OutLength(n, inverse, oneSided) : shape[index];
    }

    /// <summary>Transforms along the axis.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="length">As for <see cref="Count"/>.</param>
    /// <param name="along">As for <see cref="Count"/>.</param>
    /// <param name="y">The result; of no meaning where its shape is not the one that the values give.</param>
    /// <param name="scratch">Six elements for each of the transform.</param>
    /// <param name="axis">As for <see cref="Count"/>.</param>
    /// <param name="shape">As for <see cref="Count"/>.</param>
    /// <param name="outShape">The shape of <paramref name="y"/>.</param>
    /// <param name="inverse">As for <see cref="Count"/>.</param>
    /// <param name="oneSided">As for <see cref="Count"/>.</param>
    /// <exception cref="ArgumentException">The axis cannot be transformed, or the length is not possible, where neither changes the size of the result.</exception>
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<long> length,
        ReadOnlySpan<long> along,
        Span<float> y,
        Span<double> scratch,
        int axis,
        ReadOnlySpan<int> shape,
        ReadOnlySpan<int> outShape,
        bool inverse,
        bool oneSided)
    {
        string? fault = Read(length, along, axis, shape, inverse, oneSided, out int at, out int n);
        bool fits = fault is null && 6L * n <= scratch.Length;
        for (int i = 0; fits && i < shape.Length - 1; i++)
        {
            fits = outShape[i] == (i == at ? OutLength(n, inverse, oneSided) : shape[i]);
        }

        if (!fits)
        {
            if (fault is not null && outShape[..^1].SequenceEqual(shape[..^1]))
            {
                Throw.Argument($"DFT: {fault}.", nameof(along));
            }

            Counts.Repeat(x, y);
            return;
        }

        int outer = 1;
        int inner = 1;
        for (int i = 0; i < shape.Length - 1; i++)
        {
            outer = i < at ? checked(outer * shape[i]) : outer;
            inner = i > at ? checked(inner * shape[i]) : inner;
        }

        Span<double> twiddles = scratch[..(2 * n)];
        FourierTables.Fill(twiddles, n);
        Fourier.DftF32(x, twiddles, y, scratch[(2 * n)..], outer, inner, n, shape[at], shape[^1], outShape[at], outShape[^1], inverse, oneSided && inverse);
    }

    /// <summary>Finds the axis and the length of the transform.</summary>
    /// <returns>What is wrong, or null.</returns>
    private static string? Read(
        ReadOnlySpan<long> length, ReadOnlySpan<long> along, int axis, ReadOnlySpan<int> shape, bool inverse, bool oneSided, out int at, out int n)
    {
        long wanted = along.IsEmpty ? axis : along[0];
        wanted = wanted < 0 ? wanted + shape.Length : wanted;
        (at, n) = (0, 0);
        if (wanted < 0 || wanted >= shape.Length - 1)
        {
            return $"axis {(along.IsEmpty ? axis : along[0])} of a tensor of rank {shape.Length} cannot be transformed";
        }

        at = (int)wanted;
        long given = !length.IsEmpty ? length[0] : inverse && oneSided ? 2L * (shape[at] - 1) : shape[at];
        if (given is < 1 or > MaxLength)
        {
            return $"a transform of length {given} is not possible";
        }

        n = (int)given;
        return null;
    }

    private static int OutLength(int n, bool inverse, bool oneSided) => oneSided && !inverse ? (n / 2) + 1 : n;
}
