using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Softmax over rows of columns that lie beside each other.</summary>
internal static unsafe class SoftmaxBlock
{
    /// <summary>The columns worked on together; their maxima and sums stay on the stack.</summary>
    internal const int MaxColumns = 64;

    /// <summary>Normalises each of <paramref name="columns"/> columns over <paramref name="rows"/> rows of stride <paramref name="stride"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(float* x, float* y, int rows, nint stride, nint columns, bool logarithm)
    {
        float* max = stackalloc float[MaxColumns];
        float* sum = stackalloc float[MaxColumns];
        float* term = stackalloc float[MaxColumns];
        new Span<float>(max, (int)columns).Fill(float.NegativeInfinity);
        new Span<float>(sum, (int)columns).Clear();
        for (nint r = 0; r < rows; r++)
        {
            BinaryLoop.Run<float, Binary.MaxOperator<float>>(max, x + (r * stride), max, columns);
        }

        for (nint r = 0; r < rows; r++)
        {
            float* result = logarithm ? term : y + (r * stride);
            BinaryLoop.Run<float, Binary.SubOperator<float>>(x + (r * stride), max, result, columns);
            UnaryLoop.Run(default(Unary.ExpOperator), result, result, columns);
            BinaryLoop.Run<float, Binary.AddOperator<float>>(sum, result, sum, columns);
        }

        if (logarithm)
        {
            UnaryLoop.Run(default(Unary.LogOperator), sum, sum, columns);
        }
        else
        {
            UnaryLoop.Run(default(Unary.ReciprocalOperator), sum, sum, columns);
        }

        for (nint r = 0; r < rows; r++)
        {
            float* result = y + (r * stride);
            if (logarithm)
            {
                BinaryLoop.Run<float, Binary.SubOperator<float>>(x + (r * stride), max, result, columns);
                BinaryLoop.Run<float, Binary.SubOperator<float>>(result, sum, result, columns);
            }
            else
            {
                BinaryLoop.Run<float, Binary.MulOperator<float>>(result, sum, result, columns);
            }
        }
    }
}
