using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Copies a matrix into panels of 16 columns.</summary>
internal static unsafe class F32PanelPacking
{
    private const int Width = GemmPacking.PanelWidth;

    /// <summary>Packs [k, n].</summary>
    /// <param name="b">The matrix.</param>
    /// <param name="packed">The panels.</param>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The number of rows.</param>
    /// <param name="stride">The elements from a row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pack(float* b, float* packed, int n, int k, nint stride)
    {
        for (int column = 0; column < n; column += Width)
        {
            float* source = b + column;
            int columns = n - column;
            if (columns >= Width)
            {
                for (int depth = 0; depth < k; depth++)
                {
                    Vector512.Load(source).Store(packed);
                    source += stride;
                    packed += Width;
                }

                continue;
            }

            for (int depth = 0; depth < k; depth++)
            {
                for (int lane = 0; lane < Width; lane++)
                {
                    packed[lane] = lane < columns ? source[lane] : 0f;
                }

                source += stride;
                packed += Width;
            }
        }
    }

    /// <summary>Packs [n, k].</summary>
    /// <param name="b">The matrix.</param>
    /// <param name="packed">The panels.</param>
    /// <param name="n">The number of rows of <paramref name="b"/>: columns of the panels.</param>
    /// <param name="k">The depth.</param>
    /// <param name="stride">The elements from a row of <paramref name="b"/> to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void PackTransposed(float* b, float* packed, int n, int k, nint stride)
    {
        for (int column = 0; column < n; column += Width)
        {
            int columns = Math.Min(Width, n - column);
            if (columns < Width)
            {
                new Span<float>(packed, Width * k).Clear();
            }

            int lane = 0;
            for (; lane + 4 <= columns; lane += 4)
            {
                float* source = b + ((column + lane) * stride);
                float* target = packed + lane;
                int depth = 0;
                for (; depth + 4 <= k; depth += 4)
                {
                    Transpose4x4(source + depth, stride, target + (depth * Width), Width);
                }

                for (; depth < k; depth++)
                {
                    for (int i = 0; i < 4; i++)
                    {
                        target[(depth * Width) + i] = source[(i * stride) + depth];
                    }
                }
            }

            for (; lane < columns; lane++)
            {
                float* source = b + ((column + lane) * stride);
                for (int depth = 0; depth < k; depth++)
                {
                    packed[(depth * Width) + lane] = source[depth];
                }
            }

            packed += (nint)Width * k;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector128<float> r0 = Vector128.Load(source);
        Vector128<float> r1 = Vector128.Load(source + sourceStride);
        Vector128<float> r2 = Vector128.Load(source + (2 * sourceStride));
        Vector128<float> r3 = Vector128.Load(source + (3 * sourceStride));
        Vector128<int> even = Vector128.Create(0, 2, 0, 2);
        Vector128<int> odd = Vector128.Create(1, 3, 1, 3);
        Vector128<int> low = Vector128.Create(-1, -1, 0, 0);
        Vector128<float> e01 = Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(r0, even), Vector128.Shuffle(r1, even));
        Vector128<float> o01 = Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(r0, odd), Vector128.Shuffle(r1, odd));
        Vector128<float> e23 = Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(r2, even), Vector128.Shuffle(r3, even));
        Vector128<float> o23 = Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(r2, odd), Vector128.Shuffle(r3, odd));

        // e01 = r0[0] r0[2] r1[0] r1[2]: again even and odd lanes give the columns.
        Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(e01, even), Vector128.Shuffle(e23, even)).Store(target);
        Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(o01, even), Vector128.Shuffle(o23, even)).Store(target + targetStride);
        Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(e01, odd), Vector128.Shuffle(e23, odd)).Store(target + (2 * targetStride));
        Vector128.ConditionalSelect(low.AsSingle(), Vector128.Shuffle(o01, odd), Vector128.Shuffle(o23, odd)).Store(target + (3 * targetStride));
    }
}
