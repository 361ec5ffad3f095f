namespace ModelBuild.Kernels;

/// <summary>Prepares the weights of recurrent networks: at build time where they are constants, else by a step of the plan.</summary>
public static class Recurrent
{
    /// <summary>Tells the number of elements of one direction's packed recurrence weights.</summary>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="gates">The number of gates.</param>
    /// <param name="separate">How many gates at the end make a matrix of their own.</param>
    public static int PackedLength(int hidden, int gates, int separate) =>
        checked(GemmPacking.PackedLength((gates - separate) * hidden, hidden) + (separate == 0 ? 0 : GemmPacking.PackedLength(separate * hidden, hidden)));

    /// <summary>Packs one direction's recurrence weights for products with the state.</summary>
    /// <param name="r">All directions, [directions, gates * hidden, hidden].</param>
    /// <param name="packed">Receives <see cref="PackedLength"/> elements.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="gates">The number of gates.</param>
    /// <param name="separate">How many gates at the end make a matrix of their own.</param>
    public static void Pack(ReadOnlySpan<float> r, Span<float> packed, int direction, int hidden, int gates, int separate)
    {
        int size = gates * hidden * hidden;
        ReadOnlySpan<float> own = r.Slice(direction * size, size);
        int rows = (gates - separate) * hidden;
        int first = GemmPacking.PackedLength(rows, hidden);
        GemmPacking.Pack(own[..(rows * hidden)], packed[..first], rows, hidden, transposed: true);
        if (separate > 0)
        {
            GemmPacking.Pack(own[(rows * hidden)..], packed[first..], separate * hidden, hidden, transposed: true);
        }
    }

    /// <summary>Adds the two biases of every gate; those of gates at the end whose recurrence is a product of its own stay apart.</summary>
    /// <param name="b">The input's and the recurrence's bias of every direction, [directions, 2, gates * hidden].</param>
    /// <param name="projection">Receives what the projection of the input adds, [directions, gates * hidden].</param>
    /// <param name="recurrence">Receives what the separate products add, [directions, separate * hidden]; empty where there are none.</param>
    /// <param name="directions">The number of directions.</param>
    /// <param name="hidden">The size of the state.</param>
    /// <param name="gates">The number of gates.</param>
    /// <param name="separate">How many gates at the end keep their recurrence's bias apart.</param>
    public static void AddBias(ReadOnlySpan<float> b, Span<float> projection, Span<float> recurrence, int directions, int hidden, int gates, int separate)
    {
        int width = gates * hidden;
        int joined = (gates - separate) * hidden;
        for (int direction = 0; direction < directions; direction++)
        {
            ReadOnlySpan<float> input = b.Slice(direction * 2 * width, width);
            ReadOnlySpan<float> state = b.Slice(((direction * 2) + 1) * width, width);
            for (int i = 0; i < width; i++)
            {
                projection[(direction * width) + i] = input[i] + (i < joined ? state[i] : 0f);
            }

            if (separate > 0)
            {
                state[joined..].CopyTo(recurrence.Slice(direction * separate * hidden, separate * hidden));
            }
        }
    }
}
