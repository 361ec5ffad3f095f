namespace ModelBuild.Kernels;

/// <summary>Strings between the caller and a call, whose memory holds them by their numbers in a <see cref="StringTable"/>.</summary>
public static partial class Strings
{
    /// <summary>Begins a call.</summary>
    /// <param name="strings">The call's strings.</param>
    /// <param name="literals">The strings that the model itself names.</param>
    public static void Begin(StringTable strings, ReadOnlySpan<byte> literals)
    {
        ArgumentNullException.ThrowIfNull(strings);
        strings.Begin(literals);
    }

    /// <summary>Ends a call: the strings that the caller gave are let go.</summary>
    /// <param name="strings">The call's strings.</param>
    public static void End(StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        strings.Clear();
    }

    /// <summary>Takes in the caller's strings.</summary>
    /// <param name="x">The strings.</param>
    /// <param name="y">Their numbers.</param>
    /// <param name="strings">The call's strings.</param>
    /// <exception cref="ArgumentException">A string is null.</exception>
    public static void Read(ReadOnlySpan<string> x, Span<int> y, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            if (x[i] is null)
            {
                Throw.Argument($"Element {i} is null; a model has no missing strings.", nameof(x));
            }

            y[i] = strings.Add(x[i]);
        }
    }

    /// <summary>Gives strings to the caller.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="y">Their strings.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Write(ReadOnlySpan<int> x, Span<string> y, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = strings[x[i]];
        }
    }

    /// <summary>Whether strings are equal, with broadcasting (ONNX Equal 19).</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Equal(ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        var walk = new StridedWalk(shape, aStrides, bStrides, default, operands: 2);
        if (!Fits(ref walk, a, b, y.Length))
        {
            return;
        }

        int at = 0;
        do
        {
            for (int i = 0; i < walk.InnerLength; i++)
            {
                int left = a[(int)(walk.Offset(0) + (i * walk.InnerStride(0)))];
                int right = b[(int)(walk.Offset(1) + (i * walk.InnerStride(1)))];
                y[at++] = left == right || string.Equals(strings[left], strings[right], StringComparison.Ordinal);
            }
        }
        while (walk.MoveNext());
    }

    /// <summary>Joins strings, with broadcasting (ONNX StringConcat 20).</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="aStrides">The strides of <paramref name="a"/> per axis of the result; 0 repeats it.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Join(ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<int> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides, StringTable strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        var walk = new StridedWalk(shape, aStrides, bStrides, default, operands: 2);
        if (!Fits(ref walk, a, b, y.Length))
        {
            return;
        }

        int at = 0;
        do
        {
            for (int i = 0; i < walk.InnerLength; i++)
            {
                int left = a[(int)(walk.Offset(0) + (i * walk.InnerStride(0)))];
                int right = b[(int)(walk.Offset(1) + (i * walk.InnerStride(1)))];
                y[at++] = left == 0 ? right : right == 0 ? left : strings.Add(string.Concat(strings[left], strings[right]));
            }
        }
        while (walk.MoveNext());
    }

    private static bool Fits(ref StridedWalk walk, ReadOnlySpan<int> a, ReadOnlySpan<int> b, int length)
    {
        Throw.IfShorter(length, walk.ElementCount, "y");
        if (walk.ElementCount == 0)
        {
            return false;
        }

        Throw.IfShorter(a.Length, walk.RequiredLength(0), nameof(a));
        Throw.IfShorter(b.Length, walk.RequiredLength(1), nameof(b));
        return true;
    }
}
