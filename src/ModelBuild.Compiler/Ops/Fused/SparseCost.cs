using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Decides which zeros of the weights of a product are left out, from the pattern of the weights and the number of rows alone.</summary>
/// <remarks>
/// Costs are counted in multiply-adds of one vector of 16 floats, two of which a processor does in a cycle. The constants are fitted to interleaved measurements of the kernels (AMD Zen 5,
/// AVX-512); <c>docs/pruning.md</c> has the table and the command that makes it.
/// </remarks>
internal static class SparseCost
{
    private const int Lanes = 16;

    /// <summary>Multiply-accumulates of a row below which the choice makes no difference.</summary>
    private const int LeastWeights = 1024;

    /// <summary>Reading a byte of weights from the second-level cache.</summary>
    private const double ByteCost = 0.05;

    /// <summary>Bytes of 16 weights.</summary>
    private const int VectorBytes = Lanes * sizeof(float);

    /// <summary>Multiplying a block with one row, of which the kernel does eight together; the dense kernel does fourteen with two panels.</summary>
    private const double BlockCost = 1.35;

    /// <summary>Bytes of a block and its row.</summary>
    private const int BlockBytes = VectorBytes + sizeof(int);

    /// <summary>Storing a row of the sums of a panel.</summary>
    private const double BlockResultCost = 10;

    /// <summary>The vectors of rows that an unstructured product computes together.</summary>
    private const double TileVectors = 5;

    /// <summary>Beside the multiply-adds of a single weight, reading it and its row.</summary>
    private const double WeightCost = 2.4;

    /// <summary>Setting out on a column within a chunk of the depth.</summary>
    private const double ColumnCost = 18;

    /// <summary>The rows of such a chunk.</summary>
    private const int ChunkRows = UnstructuredPacking.ChunkRows;

    /// <summary>Turning an element of the left operand.</summary>
    private const double TurnCost = 0.45;

    /// <summary>Turning and storing an element of the result.</summary>
    private const double ResultCost = 0.5;

    /// <summary>What leaving zeros out must save at least.</summary>
    private const double LeastGain = 1.1;

    /// <summary>Chooses the form of a product.</summary>
    /// <param name="pattern">The weights.</param>
    /// <param name="rows">The rows of the left operand.</param>
    public static ProductForm Choose(WeightPattern pattern, long rows)
    {
        if (pattern.Weights == 0 || (long)pattern.Columns * pattern.Depth < LeastWeights)
        {
            return ProductForm.Dense;
        }

        ProductForm best = ProductForm.Dense;
        double least = Dense(pattern, rows) / LeastGain;
        foreach ((ProductForm form, double cost) in (ReadOnlySpan<(ProductForm, double)>)[(ProductForm.Blocks, Blocks(pattern, rows)), (ProductForm.Unstructured, Unstructured(pattern, rows))])
        {
            if (cost < least)
            {
                best = form;
                least = cost;
            }
        }

        return best;
    }

    private static double Dense(WeightPattern pattern, long rows)
    {
        double vectors = (double)pattern.Panels * pattern.Depth;
        return vectors * Math.Max(rows, ByteCost * VectorBytes);
    }

    private static double Blocks(WeightPattern pattern, long rows) =>
        (pattern.Blocks * Math.Max(rows * BlockCost, ByteCost * BlockBytes)) + (rows * pattern.Panels * BlockResultCost);

    private static double Unstructured(WeightPattern pattern, long rows)
    {
        if (pattern.Columns > UnstructuredPacking.MostColumns)
        {
            return double.PositiveInfinity;
        }

        double vectors = Math.Ceiling((double)rows / Lanes);
        double tiles = Math.Ceiling(vectors / TileVectors);
        double chunks = Math.Ceiling((double)pattern.Depth / ChunkRows);
        return (pattern.Weights * (vectors + (tiles * WeightCost))) + (tiles * chunks * pattern.Columns * ColumnCost)
            + (rows * ((TurnCost * pattern.Depth) + (ResultCost * pattern.Columns)));
    }
}
