using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Where the rows of one direction of a recurrent network lie. All distances are in elements.</summary>
internal readonly struct RecurrentLayout
{
    /// <summary>From the gates of a step to those of the next.</summary>
    internal readonly nint GateStep;

    /// <summary>From the gates of a sequence to those of the next in the batch.</summary>
    internal readonly nint GateRow;

    /// <summary>From the outputs of a step to those of the next.</summary>
    internal readonly nint OutputStep;

    /// <summary>From the output of a sequence to that of the next in the batch.</summary>
    internal readonly nint OutputRow;

    /// <summary>From the state of a sequence to that of the next in the batch.</summary>
    internal readonly nint StateRow;

    /// <summary>The first gate.</summary>
    internal readonly nint Gates;

    /// <summary>The first output.</summary>
    internal readonly nint Output;

    /// <summary>The first state.</summary>
    internal readonly nint State;

    /// <summary>Computes the distances.</summary>
    /// <param name="steps">The length of the sequences.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="gates">The number of gates.</param>
    /// <param name="direction">The direction's place among <paramref name="directions"/>.</param>
    /// <param name="directions">1 or 2.</param>
    /// <param name="batchFirst">Whether the batch is the leading dimension of inputs, outputs and states.</param>
    internal RecurrentLayout(int steps, int batch, int hidden, int gates, int direction, int directions, bool batchFirst)
    {
        nint width = (nint)directions * gates * hidden;
        Gates = (nint)direction * gates * hidden;
        GateStep = batchFirst ? width : batch * width;
        GateRow = batchFirst ? steps * width : width;
        Output = (nint)direction * (batchFirst ? hidden : batch * (nint)hidden);
        OutputStep = (nint)directions * (batchFirst ? hidden : batch * (nint)hidden);
        OutputRow = batchFirst ? (nint)steps * directions * hidden : hidden;
        State = Output;
        StateRow = batchFirst ? (nint)directions * hidden : hidden;
    }

    /// <summary>Copies the states of all sequences to contiguous rows, or clears them where there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Load(float* initial, float* state, int batch, int hidden)
    {
        for (int row = 0; row < batch; row++)
        {
            var target = new Span<float>(state + (row * (nint)hidden), hidden);
            if (initial == null)
            {
                target.Clear();
            }
            else
            {
                new ReadOnlySpan<float>(initial + State + (row * StateRow), hidden).CopyTo(target);
            }
        }
    }

    /// <summary>Copies contiguous rows to where the states of all sequences lie; nothing where that is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Store(float* state, float* final, int batch, int hidden)
    {
        for (int row = 0; row < batch && final != null; row++)
        {
            new ReadOnlySpan<float>(state + (row * (nint)hidden), hidden).CopyTo(new Span<float>(final + State + (row * StateRow), hidden));
        }
    }

    /// <summary>Writes a sequence's output of a step: its state, or zeros beyond its length; nothing where there is no output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Emit(float* state, float* y, int step, int row, int hidden, bool isPast)
    {
        if (y == null)
        {
            return;
        }

        var target = new Span<float>(y + Output + (step * OutputStep) + (row * OutputRow), hidden);
        if (isPast)
        {
            target.Clear();
        }
        else
        {
            new ReadOnlySpan<float>(state, hidden).CopyTo(target);
        }
    }
}
