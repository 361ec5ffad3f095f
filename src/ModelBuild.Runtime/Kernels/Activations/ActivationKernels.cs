using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Applies activation functions in place.</summary>
public static unsafe class ActivationKernels
{
    /// <summary>Applies an activation function to every element.</summary>
    /// <param name="y">The values, replaced by their results.</param>
    /// <param name="activation">The function.</param>
    /// <param name="alpha">Its first parameter; see <see cref="Activation"/>.</param>
    /// <param name="beta">Its second parameter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> y, Activation activation, float alpha, float beta)
    {
        fixed (float* p = y)
        {
            Apply(p, y.Length, activation, alpha, beta);
        }
    }

    /// <summary>Applies an activation function to a block of rows.</summary>
    /// <param name="y">The first element of the first row.</param>
    /// <param name="stride">The elements from a row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of elements of a row.</param>
    /// <param name="activation">The function.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ApplyRows(float* y, nint stride, int rows, int columns, Activation activation, float alpha, float beta)
    {
        if (stride == columns)
        {
            Rows(y, 0, 1, (nint)rows * columns, activation, alpha, beta);
        }
        else
        {
            Rows(y, stride, rows, columns, activation, alpha, beta);
        }
    }

    /// <summary>Applies an activation function to <paramref name="count"/> contiguous elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply(float* y, nint count, Activation activation, float alpha, float beta) => Rows(y, 0, 1, count, activation, alpha, beta);

    /// <summary>Finds the function once for all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(float* y, nint stride, int rows, nint columns, Activation activation, float alpha, float beta)
    {
        switch (activation)
        {
            case Activation.None:
                break;
            case Activation.Relu:
                Rows<ActivationFunctions.Clip>(y, stride, rows, columns, 0f, float.PositiveInfinity);
                break;
            case Activation.Clip:
                Rows<ActivationFunctions.Clip>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.LeakyRelu:
                Rows<ActivationFunctions.LeakyRelu>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.Sigmoid:
                Rows<ActivationFunctions.Sigmoid>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.Tanh:
                Rows<ActivationFunctions.Tanh>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.Silu:
                Rows<ActivationFunctions.Silu>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.HardSwish:
                Rows<ActivationFunctions.HardSwish>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.HardSigmoid:
                Rows<ActivationFunctions.HardSigmoid>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.Elu:
                Rows<ActivationFunctions.Elu>(y, stride, rows, columns, alpha, beta);
                break;
            case Activation.Gelu:
                Rows<ActivationFunctions.Gelu>(y, stride, rows, columns, alpha, beta);
                break;
            default:
                Throw.OutOfRange(nameof(activation), activation, "The activation function is not known.");
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<TFunction>(float* y, nint stride, int rows, nint columns, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        long work = 4L * sizeof(float) * columns;
        if (rows == 1 && ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, new Shared<TFunction>(y, alpha, beta), columns, SharedRange.Vectors, work);
            return;
        }

        nint whole = 0;
        if (Vector512.IsHardwareAccelerated && rows > 1)
        {
            // Rows of a tile are short: down its columns there is one loop instead of one a row.
            for (; whole + 16 <= columns; whole += 16)
            {
                float* column = y + whole;
                for (int row = 0; row < rows; row++, column += stride)
                {
                    TFunction.Apply(Vector512.Load(column), alpha, beta).Store(column);
                }
            }
        }
        else if (F32ActivationAvx2.IsSupported && rows > 1 && columns <= F32ActivationAvx2.NarrowColumns)
        {
            whole = F32ActivationAvx2.Columns<TFunction>(y, stride, rows, columns, alpha, beta);
        }

        if (whole < columns)
        {
            for (; rows > 0; rows--)
            {
                ApplyAlone<TFunction>(y + whole, columns - whole, alpha, beta);
                y += stride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyAlone<TFunction>(float* y, nint count, float alpha, float beta)
        where TFunction : struct, IActivationFunction
    {
        float* end = y + count;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; end - y >= 16; y += 16)
            {
                TFunction.Apply(Vector512.Load(y), alpha, beta).Store(y);
            }
        }
        else if (F32ActivationAvx2.IsSupported)
        {
            y += F32ActivationAvx2.Row<TFunction>(y, count, alpha, beta);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; end - y >= 8; y += 8)
            {
                TFunction.Apply(Vector256.Load(y), alpha, beta).Store(y);
            }
        }

        for (; end - y >= 4; y += 4)
        {
            TFunction.Apply(Vector128.Load(y), alpha, beta).Store(y);
        }

        for (; y < end; y++)
        {
            *y = TFunction.Apply(Vector128.Create(*y), alpha, beta).ToScalar();
        }
    }

    private readonly struct Shared<TFunction>(float* y, float alpha, float beta) : ISharedRange
        where TFunction : struct, IActivationFunction
    {
        public void Run(nint first, nint end) => ApplyAlone<TFunction>(y + first, end - first, alpha, beta);
    }
}
