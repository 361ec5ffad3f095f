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

    /// <summary>Reading a byte of weights that stay in the second-level cache from call to call.</summary>
    private const double NearByteCost = 0.04;

    /// <summary>Reading a byte of weights that alone fill most of the second-level cache.</summary>
    private const double FarByteCost = 0.09;

    /// <summary>The most bytes of weights that stay near.</summary>
    private const double NearBytes = 640 * 1024;

    /// <summary>Bytes of 16 weights.</summary>
    private const int VectorBytes = Lanes * sizeof(float);

    /// <summary>Multiplying a block with one row, of which the kernel does eight together; the dense kernel does fourteen with two panels.</summary>
    private const double BlockCost = 1.35;

    /// <summary>Bytes of a block and its row.</summary>
    private const int BlockBytes = VectorBytes + sizeof(int);

    /// <summary>Storing a row of the sums of a panel.</summary>
    private const double PanelResultCost = 10;

    /// <summary>The rows of weights of which two are kept, by 16 columns.</summary>
    private const double GroupRows = TwoOfFourPacking.GroupRows;

    /// <summary>Reading such a group and where its weights are.</summary>
    private const double GroupCost = 3.2;

    /// <summary>Multiplying it with one row: two multiply-adds, and two permutations of the factors.</summary>
    private const double GroupRowCost = 4;

    /// <summary>The bytes of a group.</summary>
    private const int GroupBytes = TwoOfFourPacking.Kept * (VectorBytes + sizeof(uint));

    /// <summary>The vectors of rows that an unstructured product computes together.</summary>
    private const double TileVectors = 5;

    /// <summary>Multiplying a single weight with a vector of rows, which is read from the first-level cache.</summary>
    private const double WeightVectorCost = 1.35;

    /// <summary>Reading the weight and its row.</summary>
    private const double WeightCost = 0.8;

    /// <summary>Reading and writing a vector of sums of a column within a chunk of the depth.</summary>
    private const double SumCost = 4;

    /// <summary>Setting out on the column.</summary>
    private const double ColumnCost = 2;

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
        ReadOnlySpan<(ProductForm Form, double Cost)> others =
        [
            (ProductForm.Blocks, Blocks(pattern, rows)), (ProductForm.TwoOfFour, TwoOfFour(pattern, rows)), (ProductForm.Unstructured, Unstructured(pattern, rows)),
        ];
        foreach ((ProductForm form, double cost) in others)
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
        return Math.Max(vectors * rows, Reading(vectors * VectorBytes));
    }

    private static double Blocks(WeightPattern pattern, long rows) =>
        Math.Max(BlockCost * pattern.Blocks * rows, Reading((double)pattern.Blocks * BlockBytes)) + (PanelResultCost * rows * pattern.Panels);

    private static double TwoOfFour(WeightPattern pattern, long rows)
    {
        if (!pattern.IsTwoOfFour)
        {
            return double.PositiveInfinity;
        }

        double groups = pattern.Panels * Math.Ceiling(pattern.Depth / GroupRows);
        return Math.Max(groups * (GroupCost + (GroupRowCost * rows)), Reading(groups * GroupBytes)) + (PanelResultCost * rows * pattern.Panels);
    }

    private static double Unstructured(WeightPattern pattern, long rows)
    {
        // A tile of one row does as much as one of sixteen.
        if (rows == 1 || pattern.Columns > UnstructuredPacking.MostColumns)
        {
            return double.PositiveInfinity;
        }

        double vectors = Math.Ceiling((double)rows / Lanes);
        double tiles = Math.Ceiling(vectors / TileVectors);
        double chunks = Math.Ceiling((double)pattern.Depth / ChunkRows);
        return (pattern.Weights * ((WeightVectorCost * vectors) + (WeightCost * tiles))) + (chunks * pattern.Columns * ((SumCost * vectors) + (ColumnCost * tiles)))
            + (rows * ((TurnCost * pattern.Depth) + (ResultCost * pattern.Columns)));
    }

    private static double Reading(double bytes) => bytes * (bytes <= NearBytes ? NearByteCost : FarByteCost);
}
