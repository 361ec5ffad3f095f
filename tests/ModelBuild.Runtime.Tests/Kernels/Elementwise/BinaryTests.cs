using System.Numerics;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Elementwise;

public sealed class BinaryTests
{
    private const int LongestLength = 256;

    private delegate void Same<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y);

    private delegate void Strided<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides);

    public static TheoryData<string> Names => [.. Cases<float>().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EqualShapesEqualTheDefinition(string name)
    {
        CheckSame(Cases<float>().Single(c => c.Name == name), (n, seed) => Samples.WithSpecial(n, seed));
        CheckSame(Cases<double>().Single(c => c.Name == name), (n, seed) => [.. Samples.WithSpecial(n, seed).Select(x => (double)x)]);
        CheckSame(Cases<int>().Single(c => c.Name == name), Integers<int>);
        CheckSame(Cases<long>().Single(c => c.Name == name), Integers<long>);
        CheckSame(Cases<byte>().Single(c => c.Name == name), Integers<byte>);
        CheckSame(Cases<short>().Single(c => c.Name == name), Integers<short>);
        CheckSame(Cases<Half>().Single(c => c.Name == name), (n, seed) => [.. Samples.WithSpecial(n, seed).Select(x => (Half)x)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BroadcastEqualsTheDefinition(string name)
    {
        Case<float> test = Cases<float>().Single(c => c.Name == name);
        Case<int> integers = Cases<int>().Single(c => c.Name == name);
        for (int seed = 0; seed < 200; seed++)
        {
            CheckBroadcast(test, (n, s) => Samples.WithSpecial(n, s), seed);
            CheckBroadcast(integers, Integers<int>, seed);
        }
    }

    [Fact]
    public void IntegerDivisionNeverThrows()
    {
        int[] a = [int.MinValue, int.MinValue, 7, -7, 7, 0];
        int[] b = [-1, 0, 2, 2, 0, 0];
        var y = new int[6];
        Binary.Div<int>(a, b, y);
        Assert.Equal([int.MinValue, 0, 3, -3, 0, 0], y);
        Binary.Mod<int>(a, b, y);
        Assert.Equal([0, 0, 1, 1, 0, 0], y);
        Binary.FMod<int>(a, b, y);
        Assert.Equal([0, 0, 1, -1, 0, 0], y);
    }

    [Fact]
    public void IntegerPowersAreExact()
    {
        long[] a = [3, -2, 2, -1, -1, 0, 10];
        long[] b = [4, 3, -1, -3, -4, 0, 18];
        var y = new long[7];
        Binary.Pow<long>(a, b, y);
        Assert.Equal([81, -8, 0, -1, 1, 1, 1_000_000_000_000_000_000], y);
    }

    [Fact]
    public void FloatPowersEqualTheDefinition()
    {
        float[] a = Samples.WithSpecial(100, 1);
        float[] b = Samples.WithSpecial(100, 2);
        var y = new float[100];
        Binary.Pow<float>(a, b, y);
        Assert.Equal(a.Zip(b, MathF.Pow), y);
        Binary.PowScalar<float>(a, [2f], y);
        Assert.Equal(a.Select(x => x * x), y);
        Binary.PowScalar<float>(a, [0.5f], y);
        Assert.Equal(a.Select(x => MathF.Pow(x, 0.5f)), y);
        Binary.ScalarPow<float>([2f], b, y);
        Assert.Equal(b.Select(x => MathF.Pow(2f, x)), y);
        Binary.ScalarSub<float>([2f], b, y);
        Assert.Equal(b.Select(x => 2f - x), y);
        Binary.ScalarDiv<float>([2f], b, y);
        Assert.Equal(b.Select(x => 2f / x), y);
    }

    [Fact]
    public void ShiftsPastTheWidthGiveZero()
    {
        byte[] a = [0x81, 0x81, 0x81, 0x81];
        byte[] b = [0, 1, 8, 255];
        var y = new byte[4];
        Binary.ShiftLeft<byte>(a, b, y);
        Assert.Equal([0x81, 0x02, 0, 0], y);
        Binary.ShiftRight<byte>(a, b, y);
        Assert.Equal([0x81, 0x40, 0, 0], y);
    }

    /// <summary>One row for all pixels of each of two pictures, on either side, in place too.</summary>
    [Theory]
    [InlineData(3, 400)]
    [InlineData(16, 32)]
    [InlineData(37, 29)]
    [InlineData(128, 5)]
    [InlineData(129, 5)]
    public void ShortRowsThatRepeatEqualTheDefinition(int length, int repeats)
    {
        float[] pixels = Samples.WithSpecial(2 * repeats * length, length);
        float[] row = Samples.WithSpecial(2 * length, repeats);
        int[] shape = [2, repeats, length];
        int[] dense = [repeats * length, length, 1];
        int[] repeated = [length, 0, 1];
        float[] at = [.. Enumerable.Range(0, pixels.Length).Select(i => row[(i / (repeats * length) * length) + (i % length)])];
        using var x = new GuardedMemory<float>(pixels);
        using var r = new GuardedMemory<float>(row);
        using var y = new GuardedMemory<float>(pixels.Length);
        Binary.SubBroadcast<float>(x.Span, r.Span, y.Span, shape, dense, repeated);
        Assert.Equal(pixels.Zip(at, (p, q) => p - q), y.Span.ToArray());
        Binary.SubBroadcast<float>(r.Span, x.Span, y.Span, shape, repeated, dense);
        Assert.Equal(pixels.Zip(at, (p, q) => q - p), y.Span.ToArray());
        Binary.SubBroadcast<float>(x.Span, r.Span, x.Span, shape, dense, repeated);
        Assert.Equal(pixels.Zip(at, (p, q) => p - q), x.Span.ToArray());
    }

    [Fact]
    public void LogicalOperatorsBroadcast()
    {
        bool[] a = [true, false];
        bool[] b = [true, false];
        var y = new bool[4];
        Binary.AndBroadcast(a, b, y, [2, 2], [1, 0], [0, 1]);
        Assert.Equal([true, false, false, false], y);
        Binary.OrBroadcast(a, b, y, [2, 2], [1, 0], [0, 1]);
        Assert.Equal([true, true, true, false], y);
        Binary.XorBroadcast(a, b, y, [2, 2], [1, 0], [0, 1]);
        Assert.Equal([false, true, true, false], y);
    }

    [Fact]
    public void RefusesOperandsThatAreTooShort()
    {
        Assert.Throws<ArgumentException>(() => Binary.Add<float>(new float[3], new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() => Binary.Add<float>(new float[4], new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => Binary.AddBroadcast<float>(new float[5], new float[1], new float[6], [2, 3], [3, 1], [0, 0]));
        Assert.Throws<ArgumentException>(() => Binary.AddBroadcast<float>(new float[6], new float[1], new float[5], [2, 3], [3, 1], [0, 0]));
        Assert.Throws<ArgumentException>(() => Binary.AddBroadcast<float>(new float[6], new float[1], new float[6], [2, 3], [3, 1], [0]));
        Assert.Throws<ArgumentException>(() => Binary.AddBroadcast<float>(new float[6], new float[6], new float[6], [2, 3], [3, -1], [3, 1]));
    }

    private static void CheckSame<T>(Case<T> test, Func<int, int, T[]> sample)
        where T : unmanaged, INumber<T>
    {
        for (int length = 0; length <= LongestLength; length++)
        {
            T[] left = sample(length, length);
            T[] right = sample(length, length + 1000);
            using var a = new GuardedMemory<T>(left);
            using var b = new GuardedMemory<T>(right);
            using var y = new GuardedMemory<T>(length, (length & 1) == 0 ? GuardSide.End : GuardSide.Start);
            test.Same(a.Span, b.Span, y.Span);
            Compare(test, left, right, y.Span);
            test.Same(a.Span, b.Span, a.Span);
            Compare(test, left, right, a.Span);
            using var a2 = new GuardedMemory<T>(left);
            test.Same(a2.Span, b.Span, b.Span);
            Compare(test, left, right, b.Span);
            if (length > 0)
            {
                test.RightScalar(a2.Span, right, y.Span);
                Compare(test, left, [.. Enumerable.Repeat(right[0], length)], y.Span);
            }
        }
    }

    private static void CheckBroadcast<T>(Case<T> test, Func<int, int, T[]> sample, int seed)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(seed);
        int rank = random.Next(0, 5);
        int[] shape = [.. Enumerable.Range(0, rank).Select(_ => random.Next(1, 6) + (random.Next(4) == 0 ? 17 : 0))];
        (int[] aStrides, int aLength) = RandomStrides(shape, random);
        (int[] bStrides, int bLength) = RandomStrides(shape, random);
        T[] left = sample(aLength, seed);
        T[] right = sample(bLength, seed + 5000);
        int count = shape.Aggregate(1, (p, d) => p * d);
        using var a = new GuardedMemory<T>(left);
        using var b = new GuardedMemory<T>(right);
        using var y = new GuardedMemory<T>(count);
        test.Strided(a.Span, b.Span, y.Span, shape, aStrides, bStrides);
        Compare(test, Expand(left, shape, aStrides), Expand(right, shape, bStrides), y.Span);
    }

    private static (int[] Strides, int Length) RandomStrides(int[] shape, Random random)
    {
        var strides = new int[shape.Length];
        int length = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (random.Next(3) != 0)
            {
                strides[axis] = length;
                length *= shape[axis];
            }
        }

        return (strides, length);
    }

    private static T[] Expand<T>(T[] x, int[] shape, int[] strides)
    {
        int count = shape.Aggregate(1, (p, d) => p * d);
        var y = new T[count];
        for (int i = 0; i < count; i++)
        {
            int rest = i;
            int offset = 0;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                offset += rest % shape[axis] * strides[axis];
                rest /= shape[axis];
            }

            y[i] = x[offset];
        }

        return y;
    }

    private static void Compare<T>(Case<T> test, T[] a, T[] b, ReadOnlySpan<T> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            T expected = test.Expected(a[i], b[i]);
            Assert.True(expected.Equals(y[i]) || expected == y[i], $"{test.Name}<{typeof(T).Name}>({a[i]}, {b[i]}) at {i} of {y.Length}: expected {expected}, got {y[i]}.");
        }
    }

    private static T[] Integers<T>(int length, int seed)
        where T : INumber<T> =>
        [.. Samples.Integers(length, seed, -9, 10).Select(T.CreateTruncating)];

    private static bool IsInteger<T>() => typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(Half);

    private static T Quotient<T>(T a, T b)
        where T : INumber<T> =>
        IsInteger<T>() && T.IsZero(b) ? T.Zero : a / b;

    private static T Remainder<T>(T a, T b)
        where T : INumber<T> =>
        IsInteger<T>() && T.IsZero(b) ? T.Zero : a % b;

    private static T Modulo<T>(T a, T b)
        where T : INumber<T>
    {
        T r = Remainder(a, b);
        return !T.IsNaN(r) && !T.IsZero(r) && T.IsNegative(r) != T.IsNegative(b) ? r + b : r;
    }

    private static IEnumerable<Case<T>> Cases<T>()
        where T : unmanaged, INumber<T>
    {
        yield return new("Add", Binary.Add, Binary.AddScalar, Binary.AddBroadcast, (a, b) => unchecked(a + b));
        yield return new("Sub", Binary.Sub, Binary.SubScalar, Binary.SubBroadcast, (a, b) => unchecked(a - b));
        yield return new("Mul", Binary.Mul, Binary.MulScalar, Binary.MulBroadcast, (a, b) => unchecked(a * b));
        yield return new("Div", Binary.Div, Binary.DivScalar, Binary.DivBroadcast, Quotient);
        yield return new("Max", Binary.Max, Binary.MaxScalar, Binary.MaxBroadcast, T.Max);
        yield return new("Min", Binary.Min, Binary.MinScalar, Binary.MinBroadcast, T.Min);
        yield return new("Mod", Binary.Mod, Binary.ModScalar, Binary.ModBroadcast, Modulo);
        yield return new("FMod", Binary.FMod, Binary.FModScalar, Binary.FModBroadcast, Remainder);
        yield return new("PRelu", Binary.PRelu, Binary.PReluScalar, Binary.PReluBroadcast, (a, b) => a < T.Zero ? unchecked(a * b) : a);
    }

    private sealed record Case<T>(string Name, Same<T> Same, Same<T> RightScalar, Strided<T> Strided, Func<T, T, T> Expected)
        where T : unmanaged, INumber<T>;
}
