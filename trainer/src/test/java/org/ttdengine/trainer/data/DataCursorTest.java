package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataCursorTest {
    @Test
    void withoutShufflingItIsTheOrderOfTheDataWrappingRound() {
        DataCursor cursor = DataCursor.of(3, 1, false);
        assertThat(LongStream.range(0, 7).map(p -> cursor.at(p).index())).containsExactly(0L, 1L, 2L, 0L, 1L, 2L, 0L);
        assertThat(LongStream.range(0, 7).map(p -> cursor.at(p).epoch())).containsExactly(0L, 0L, 0L, 1L, 1L, 1L, 2L);
    }

    @Test
    void aShuffledEpochHoldsEachPairOnceInAnOrderOfItsOwn() {
        DataCursor cursor = DataCursor.of(100, 5, true);
        List<Long> first = epoch(cursor, 0);
        List<Long> second = epoch(cursor, 1);
        assertThat(first).doesNotHaveDuplicates().hasSize(100).isNotEqualTo(second);
        assertThat(second).doesNotHaveDuplicates().hasSize(100);
        assertThat(first).isNotEqualTo(LongStream.range(0, 100).boxed().toList());
        assertThat(epoch(DataCursor.of(100, 5, true), 1)).isEqualTo(second);
        assertThat(epoch(DataCursor.of(100, 6, true), 1)).isNotEqualTo(second);
    }

    private static List<Long> epoch(DataCursor cursor, long epoch) {
        long size = cursor.size();
        return LongStream.range(epoch * size, (epoch + 1) * size)
                .map(position -> cursor.at(position).index())
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"10,3", "12,4", "7,8", "1,3"})
    void workersShareEachEpochWithoutOverlapOrGap(long size, int worldSize) {
        List<DataCursor.Place> places = new ArrayList<>();
        for (int rank = 0; rank < worldSize; rank++) {
            DataCursor cursor = new DataCursor(size, 2, true, rank, worldSize);
            for (long position = 0; position < cursor.endOf(3); position++) {
                places.add(cursor.at(position));
            }
            assertThat(cursor.at(cursor.endOf(3)).epoch()).isGreaterThanOrEqualTo(3);
        }
        DataCursor alone = DataCursor.of(size, 2, true);
        assertThat(places)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 3 * size).mapToObj(alone::at).toList());
    }

    @Test
    void anEpochOfOneWorkerEndsWithItsLastPair() {
        DataCursor cursor = DataCursor.of(10, 2, true);
        assertThat(cursor.positionsPerEpoch()).isEqualTo(10);
        assertThat(cursor.endOf(4)).isEqualTo(40);
        assertThat(new DataCursor(10, 2, true, 1, 4).positionsPerEpoch()).isEqualTo(3);
    }

    @Test
    void wrongRanksAndPositionsAreRefused() {
        assertThatThrownBy(() -> new DataCursor(10, 0, true, 4, 4)).hasMessageContaining("rank 4");
        assertThatThrownBy(() -> new DataCursor(0, 0, true, 0, 1)).hasMessageContaining("no pair");
        assertThatThrownBy(() -> DataCursor.of(3, 0, true).at(-1)).hasMessageContaining("negative");
    }
}
