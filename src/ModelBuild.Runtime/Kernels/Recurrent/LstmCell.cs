using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>One step of one sequence of an LSTM, from the four gates' arguments to the new cell and state.</summary>
internal static unsafe class LstmCell
{
    /// <summary>Sigmoid gates and tanh, without peepholes: everything in one pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Plain(float* gates, float* c, float* h, int hidden)
    {
        float* output = gates + hidden;
        float* forget = output + hidden;
        float* cell = forget + hidden;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + 16 <= hidden; i += 16)
            {
                Vector512<float> kept = VectorMath.Sigmoid(Vector512.Load(forget + i)) * Vector512.Load(c + i);
                Vector512<float> next = NativeMath.MultiplyAdd(VectorMath.Sigmoid(Vector512.Load(gates + i)), VectorMath.Tanh(Vector512.Load(cell + i)), kept);
                next.Store(c + i);
                (VectorMath.Sigmoid(Vector512.Load(output + i)) * VectorMath.Tanh(next)).Store(h + i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 8 <= hidden; i += 8)
            {
                Vector256<float> kept = VectorMath.Sigmoid(Vector256.Load(forget + i)) * Vector256.Load(c + i);
                Vector256<float> next = NativeMath.MultiplyAdd(VectorMath.Sigmoid(Vector256.Load(gates + i)), VectorMath.Tanh(Vector256.Load(cell + i)), kept);
                next.Store(c + i);
                (VectorMath.Sigmoid(Vector256.Load(output + i)) * VectorMath.Tanh(next)).Store(h + i);
            }
        }

        for (; i + 4 <= hidden; i += 4)
        {
            Vector128<float> kept = VectorMath.Sigmoid(Vector128.Load(forget + i)) * Vector128.Load(c + i);
            Vector128<float> next = NativeMath.MultiplyAdd(VectorMath.Sigmoid(Vector128.Load(gates + i)), VectorMath.Tanh(Vector128.Load(cell + i)), kept);
            next.Store(c + i);
            (VectorMath.Sigmoid(Vector128.Load(output + i)) * VectorMath.Tanh(next)).Store(h + i);
        }

        for (; i < hidden; i++)
        {
            // Input, output, forget and cell gate of one element fill the lanes of one vector.
            Vector128<float> four = Vector128.Create(gates[i], output[i], forget[i], cell[i]);
            Vector128<float> opened = VectorMath.Sigmoid(four);
            float next = (opened[2] * c[i]) + (opened[0] * VectorMath.Tanh(four)[3]);
            c[i] = next;
            h[i] = opened[1] * VectorMath.Tanh(Vector128.Create(next)).ToScalar();
        }
    }

    /// <summary>Any functions, with peepholes, bounds and coupled gates where they are asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void General(float* gates, float* c, float* h, float* peepholes, int hidden, bool inputForget, float clip, in LstmFunctions functions)
    {
        float* output = gates + hidden;
        float* forget = output + hidden;
        float* cell = forget + hidden;
        if (peepholes != null)
        {
            RecurrentMath.MultiplyAdd(peepholes, c, gates, hidden);
            RecurrentMath.MultiplyAdd(peepholes + (2 * (nint)hidden), c, forget, hidden);
        }

        RecurrentMath.Activate(gates, hidden, clip, functions.F, functions.FAlpha, functions.FBeta);
        RecurrentMath.Activate(cell, hidden, clip, functions.G, functions.GAlpha, functions.GBeta);
        if (inputForget)
        {
            new ReadOnlySpan<float>(gates, hidden).CopyTo(new Span<float>(forget, hidden));
            RecurrentMath.Affine(forget, hidden, -1f, 1f);
        }
        else
        {
            RecurrentMath.Activate(forget, hidden, clip, functions.F, functions.FAlpha, functions.FBeta);
        }

        RecurrentMath.Multiply(forget, c, c, hidden);
        RecurrentMath.MultiplyAdd(gates, cell, c, hidden);
        if (peepholes != null)
        {
            RecurrentMath.MultiplyAdd(peepholes + hidden, c, output, hidden);
        }

        RecurrentMath.Activate(output, hidden, clip, functions.F, functions.FAlpha, functions.FBeta);
        new ReadOnlySpan<float>(c, hidden).CopyTo(new Span<float>(h, hidden));
        RecurrentMath.Activate(h, hidden, 0f, functions.H, functions.HAlpha, functions.HBeta);
        RecurrentMath.Multiply(output, h, h, hidden);
    }
}
